import Foundation
import Glibc
import TestSupport
import Testing

/// A testbed with networks defined, and what tells whether anything of them is left.
struct NetworkTestbed {
  let testbed: Testbed

  init(tunMode: UInt32 = 0o666) throws {
    testbed = try Testbed(tunMode: tunMode)
    // As after the machine's start; the last network to stop takes it away if it is empty.
    try testbed.output(["rmdir", "/run/tapster"])
    let standard = try String(
      contentsOfFile: "\(Binaries.root)/etc/networks/default.xml", encoding: .utf8)
    try testbed.write("/etc/tapster/networks/default.xml", standard)
  }

  func tapster(_ arguments: String...) throws -> Completed {
    try testbed.run([Testbed.tapster] + arguments, timeout: .seconds(180))
  }

  /// Links, addresses, routes, rules, switches, files and programs.
  func everything() throws -> [String] {
    [
      // One shell, since sweeps ask thousands of times.
      try testbed.output(["sh", "-euc", Self.network], timeout: .seconds(180)),
      try files().map(\.path).joined(separator: "\n"),
      try testbed.processes().sorted().map { process in
        let words = try? String(contentsOfFile: "/proc/\(process)/cmdline", encoding: .utf8)
        return
          "\(process) \(words?.replacingOccurrences(of: "\0", with: " ") ?? "gone meanwhile")\n"
      }.joined(),
    ]
  }

  /// Without the routes that the kernel makes of addresses, which are here themselves: those of
  /// IPv6 come a moment later.
  private static let network = """
    ip -br -batch - <<END | sed '/table local proto kernel/d'
    link
    address
    route show table all
    rule
    END
    nft list ruleset
    for switch in ipv4/ip_forward ipv6/conf/all/forwarding; do
      if read -r value 2>/dev/null </proc/sys/net/$switch; then echo $switch $value; fi
    done
    """

  /// What is under `/run`, `/etc/tapster` and `/var/lib/tapster`, sorted, with what tells whether
  /// it was written since: inode, size, time.
  func files() throws -> [(path: String, stamp: String)] {
    var found: [(path: String, stamp: String)] = []
    func look(_ path: String) throws {
      var status = stat()
      // SAFETY: the path is lent as a NUL-terminated string; the kernel writes one struct stat.
      guard unsafe lstat(testbed.root + path, &status) == 0 else {
        if errno == ENOENT { return }
        throw SystemCallFailure("lstat \(path)", code: errno)
      }
      let time = status.st_mtim
      found.append(
        (path, "\(path) \(status.st_ino) \(status.st_size) \(time.tv_sec).\(time.tv_nsec)"))
      guard status.st_mode & S_IFMT == S_IFDIR else { return }
      let names = (try? FileManager.default.contentsOfDirectory(atPath: testbed.root + path)) ?? []
      for name in names.sorted() where path != "/run" || !["testbed", "machine"].contains(name) {
        try look("\(path)/\(name)")
      }
    }
    for path in ["/etc/tapster", "/run", "/var/lib/tapster"] { try look(path) }
    return found
  }

  /// What there was and is not any more, and what is now and was not: none, if all is as it was.
  func changes(since before: [String]) throws -> [String] {
    zip(before, try everything()).flatMap { then, now in
      let (then, now) = (then.split(separator: "\n"), now.split(separator: "\n"))
      return now.difference(from: then).map { change in
        switch change {
        case .insert(_, let line, _): "+ \(line)"
        case .remove(_, let line, _): "- \(line)"
        }
      }
    }
  }

  /// That all is as it was; `story` says after what.
  func expectNoChange(
    since before: [String], _ story: String = "", at location: SourceLocation = #_sourceLocation
  ) throws {
    let changes = try changes(since: before)
    #expect(changes == [], "\(story)", sourceLocation: location)
  }
}

@Suite(
  .enabled(if: Privilege.isRoot, "namespaces need root"),
  .enabled(if: Binaries.exists(Binaries.tapster), "tapster is not built"))
struct NetworkLifeTests {
  @Test func destroyLeavesNothing() throws {
    let bed = try NetworkTestbed()
    let before = try bed.everything()
    #expect(try bed.tapster("net-start", "default").output == "Network default started\n\n")
    let during = try bed.everything()
    #expect(zip(before, during).allSatisfy { $0 != $1 }, "the census sees nothing")
    #expect(try bed.tapster("net-destroy", "default").output == "Network default destroyed\n\n")
    try bed.expectNoChange(since: before)
  }

  /// A tap without its bridge would be an interface of the host's, which takes what a guest sends
  /// for its own. Ports that are not guests' stay as whoever made them has them.
  @Test func tapsGoDownWithTheirBridge() throws {
    let bed = try NetworkTestbed()
    let testbed = bed.testbed
    try bed.tapster("net-start", "default").checked()
    try testbed.addHost("outside", port: "v0", bridge: "virbr0")
    try testbed.ip([
      "tuntap add dev own0 mode tap", "link set own0 master virbr0 up",
      "tuntap add dev else0 mode tap", "link set else0 up",
    ])
    func isUp(_ name: String) throws -> Bool {
      let link = try testbed.json(["ip", "-j", "link", "show", "dev", name]).array.first
      return link?["flags"].array.contains { $0.string == "UP" } == true
    }
    for name in ["own0", "else0", "v0"] { #expect(try isUp(name), "\(name)") }
    try bed.tapster("net-destroy", "default").checked()
    #expect(try testbed.links().isSuperset(of: ["own0", "else0", "v0"]))
    #expect(try !isUp("own0"))
    for name in ["else0", "v0"] { #expect(try isUp(name), "\(name)") }
  }

  @Test func dnsmasqIsReadyWhenStartReturns() throws {
    let bed = try NetworkTestbed()
    try bed.tapster("net-start", "default").checked()
    let sockets = try bed.testbed.output(["ss", "-Hlnu"])
    #expect(sockets.contains("192.168.122.1:53"))
    #expect(sockets.contains("0.0.0.0%virbr0:67"))
  }

  @Test(arguments: [
    (
      "address", ["ip", "address", "add", "192.168.122.7/30", "dev", "lo"], "192.168.122.7/30", "lo"
    ),
    ("route", ["ip", "route", "add", "192.168.0.0/16", "dev", "lo"], "192.168.0.0/16", "lo"),
    ("route", ["ip", "route", "add", "blackhole", "192.168.122.128/25"], "192.168.122.128/25", ""),
  ])
  func overlapIsRefusedAndBothAreNamed(
    kind: String, make: [String], named: String, interface: String
  ) throws {
    let bed = try NetworkTestbed()
    try bed.testbed.output(make)
    let before = try bed.everything()
    let refused = try bed.tapster("net-start", "default")
    #expect(refused.status == 1)
    #expect(refused.error.contains("192.168.122.0/24"))
    #expect(refused.error.contains("\(kind == "route" ? "route to " : "address ")\(named)"))
    #expect(interface.isEmpty || refused.error.contains("in use by interface \(interface): "))
    try bed.expectNoChange(since: before)
  }

  @Test(arguments: ["nft", "dnsmasq"])
  func aProgramThatFailsFailsTheStartAndAllIsUndone(program: String) throws {
    let bed = try NetworkTestbed()
    try bed.testbed.write(
      "/etc/failing/\(program)", "#!/bin/sh\necho no luck >&2\nexit 3\n", mode: 0o755)
    let before = try bed.everything()
    let failed = try bed.testbed.run(
      [Testbed.tapster, "net-start", "default"],
      environment: ["PATH": "/etc/failing:/usr/sbin:/usr/bin:/sbin:/bin"])
    #expect(failed.status == 1)
    #expect(failed.error.contains("\(program) failed: no luck (exit status 3)"))
    if program == "dnsmasq" {
      try bed.expectNoChange(since: before)
    }
  }

  @Test func forwardingGoesBackWithTheLastNetwork() throws {
    let bed = try NetworkTestbed()
    let other = try bed.testbed.read("/etc/tapster/networks/default.xml")
      .replacingOccurrences(of: "default", with: "other")
      .replacingOccurrences(of: "virbr0", with: "virbr1")
      .replacingOccurrences(of: "192.168.122", with: "192.168.123")
    try bed.testbed.write("/etc/tapster/networks/other.xml", other)
    let before = try bed.everything()
    func forwards() throws -> String {
      try bed.testbed.output(["cat", "/proc/sys/net/ipv4/ip_forward"])
    }
    #expect(try forwards() == "0\n")
    try bed.tapster("net-start", "default").checked()
    try bed.tapster("net-start", "other").checked()
    try bed.tapster("net-destroy", "default").checked()
    #expect(try forwards() == "1\n")
    let rules = try bed.testbed.output(["nft", "list", "ruleset"])
    #expect(rules.contains("virbr1") && !rules.contains("virbr0"))
    try bed.tapster("net-destroy", "other").checked()
    try bed.expectNoChange(since: before)
  }

  @Test func aStrangersBridgeIsLeftAlone() throws {
    let bed = try NetworkTestbed()
    try bed.testbed.output(["ip", "link", "add", "virbr0", "type", "bridge"])
    let before = try bed.everything()
    let refused = try bed.tapster("net-start", "default")
    #expect(refused.status == 1)
    #expect(refused.error.contains("virbr0"))
    try bed.expectNoChange(since: before)
  }
}
