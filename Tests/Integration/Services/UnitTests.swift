import TestSupport
import Testing

/// The units as they are installed, as systemd's own tools see them.
@Suite(
  .enabled("root, both programs and systemd's tools are needed") {
    Privilege.isRoot && Binaries.exists(Binaries.helper) && Binaries.exists(Binaries.tapster)
      && Binaries.exists("/usr/bin/systemd-analyze")
  })
struct UnitTests {
  private static let prefix = "\(Testbed.directory)/usr"
  private static let units = "\(prefix)/lib/systemd/system"
  private let testbed: Testbed

  init() throws {
    testbed = try Testbed()
    try testbed.output([
      "make", "--no-print-directory", "-s", "-C", Binaries.root, "install-files",
      "PREFIX=\(Self.prefix)", "POLKITDIR=\(Self.prefix)/share/polkit-1",
    ])
  }

  @Test func systemdFindsNothingWrong() throws {
    let verified = try testbed.run([
      "sh", "-c",
      """
      cd \(Self.units)
      set -- *.path *.service
      set -- "$@" tapster-network@lab\\\\x20one.service
      SYSTEMD_UNIT_PATH=$PWD: systemd-analyze verify --man=no "$@"
      """,
    ])
    #expect(verified.succeeded && verified.error == "", "\(verified)")
  }

  /// What systemd-analyze calls OK begins below 5; each was that when it was written.
  @Test(arguments: [
    ("tapster-networks.service", 3.6), ("tapster-network@lab.service", 3.4),
    ("tapster-supervision.service", 1.3),
  ])
  func theyAreExposedAsLittleAsTheyWere(unit: String, most: Double) throws {
    let said = try testbed.output([
      "sh", "-c",
      "SYSTEMD_UNIT_PATH=\(Self.units): exec systemd-analyze --no-pager security --offline=yes \(unit)",
    ])
    let last = try #require(said.split(separator: "\n").last)
    let figure = try #require(last.split(separator: " ").compactMap { Double($0) }.first, "\(last)")
    #expect(figure <= most, "\(last)")
  }

  @Test func usersAndDirectoriesAreAsTheyHaveToBe() throws {
    try testbed.output(["mkdir", "-p", "/run/fresh/etc"])
    try testbed.output(
      ["systemd-sysusers", "--root=/run/fresh", "\(Self.prefix)/lib/sysusers.d/tapster.conf"])
    #expect(try testbed.read("/run/fresh/etc/group").hasPrefix("tapster:x:"))
    try testbed.output([
      "systemd-tmpfiles", "--root=/run/fresh", "--create",
      "\(Self.prefix)/lib/tmpfiles.d/tapster.conf",
    ])
    let made = try testbed.output([
      "sh", "-c",
      "cd /run/fresh && stat -c '%n %a %U' run/tapster run/tapster/active var/lib/tapster/*",
    ])
    #expect(
      made == """
        run/tapster 755 root
        run/tapster/active 755 root
        var/lib/tapster/leases 755 root

        """)
  }

  /// With an init or without: what is marked starts, once, and what fails keeps nothing else.
  @Test func whatIsMarkedStartsWithTheMachine() throws {
    func tapster(_ arguments: String...) throws -> Completed {
      try testbed.run([Testbed.tapster] + arguments)
    }
    for (name, subnet) in [("a", "10.77.1"), ("b", "10.77.2"), ("c", "10.77.3")] {
      try testbed.write(
        "/etc/tapster/networks/\(name).xml",
        """
        <network><name>\(name)</name><bridge name='br-\(name)'/>
          <ip address='\(subnet).1' netmask='255.255.255.0'/></network>
        """)
      if name != "c" { try tapster("net-autostart", name).checked() }
    }
    try testbed.ip(["link add br-a type veth peer name port1"])
    let unit = try UnitFile("tapster-networks.service")
    let started = try testbed.run(unit.command())
    #expect(started.status == 1, "\(started)")
    #expect(started.output == "Network b started\n\n")
    #expect(started.error.contains("there is already an interface called 'br-a'"), "\(started)")
    #expect(try testbed.links() == ["lo", "br-a", "port1", "br-b"])
    try testbed.ip(["link delete br-a"])
    let again = try testbed.run(unit.command())
    #expect(again.output == "Network a started\n\n", "\(again)")
    let idle = try testbed.run(unit.command())
    #expect(idle.succeeded && idle.output == "\n", "\(idle)")
    #expect(try testbed.links() == ["lo", "br-a", "br-b"])
  }

  /// A mark that nothing reads is no use, and says so.
  @Test func aMarkSaysThatTheUnitIsNotEnabled() throws {
    try testbed.write("/etc/tapster/networks/a.xml", "<network><name>a</name><bridge/></network>")
    func complaint(_ arguments: String...) throws -> String {
      try testbed.run([Testbed.tapster, "net-autostart", "a"] + arguments).checked().error
    }
    #expect(try complaint() == "", "another init")
    try testbed.output(["mkdir", "-p", "/run/systemd/system"])
    #expect(
      try complaint() == """
        warning: no marked network starts with this machine yet
          an administrator can run: systemctl enable tapster-networks.service

        """)
    #expect(try complaint("--disable") == "")
    let wants = "/etc/systemd/system/multi-user.target.wants"
    try testbed.output(["mkdir", "-p", wants])
    try testbed.output(["ln", "-s", "/nowhere", "\(wants)/tapster-networks.service"])
    #expect(try complaint() == "")
  }

  /// Each network that runs has a unit of its name, whatever it is called.
  @Test func supervisionIsAskedForByName() throws {
    try testbed.write(
      "\(Testbed.scratch)/systemctl", "#!/bin/sh\nprintf '%s\\n' \"$@\"\n", mode: 0o755)
    let run = [
      "env", "PATH=\(Testbed.scratch):/usr/bin:/bin",
      "\(Self.prefix)/libexec/tapster/supervise-networks",
    ]
    #expect(try testbed.output(run) == "")
    let long = "!" + String(repeating: "ü", count: 90)
    for name in ["default", "lab one", "-x", "a*", long] {
      try testbed.write("/run/tapster/active/\(name)", "")
    }
    let answer = try testbed.run(run)
    #expect(answer.succeeded && answer.error.contains("\(long): its name is too long"))
    let asked = answer.output.split(separator: "\n").map { String($0) }
    #expect(Array(asked.prefix(3)) == ["start", "--no-block", "--"])
    #expect(
      asked.dropFirst(3).sorted() == [
        "tapster-network@\\x2dx.service", "tapster-network@a\\x2a.service",
        "tapster-network@default.service", "tapster-network@lab\\x20one.service",
      ])
  }

  /// One that was started while the others were asked for is asked for, too.
  @Test func supervisionLooksAgain() throws {
    try testbed.write(
      "\(Testbed.scratch)/systemctl",
      "#!/bin/sh\n>/run/tapster/active/late\nshift 3\necho \"$@\"\n", mode: 0o755)
    try testbed.write("/run/tapster/active/early", "")
    let asked = try testbed.output([
      "env", "PATH=\(Testbed.scratch):/usr/bin:/bin",
      "\(Self.prefix)/libexec/tapster/supervise-networks",
    ])
    #expect(
      asked == """
        tapster-network@early.service
        tapster-network@early.service tapster-network@late.service

        """)
  }
}
