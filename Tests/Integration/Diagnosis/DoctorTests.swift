import Foundation
import TestSupport
import Testing

/// `tapster doctor`: each thing that keeps guests off the network, alone.
@Suite(
  .requiresHelper, .enabled(if: Binaries.exists(Binaries.tapster), "tapster is not built"),
  .timeLimit(.minutes(20)))
struct DoctorTests {
  @Test func whereAllIsRightNothingIsWrong() throws {
    let scene = try DoctorScene()
    for arguments in [[], ["--user", "build"], ["default"], ["--br=virbr0", "--user=build"]] {
      let found = try scene.doctor(arguments)
      #expect(found.ids == [] && found.unseen == [], "\(found.said)")
    }
    // Who is not root sees as much as he may, and is told what he may not.
    let found = try scene.doctor([], as: .build)
    #expect(found.ids == [], "\(found.said)")
    #expect(found.unseen.count == 1, "\(found.said)")
    let text = try scene.testbed.run(
      [Testbed.tapster, "doctor"], as: .build, environment: ["TAPSTER_HELPER": Testbed.helper])
    #expect(text.output.hasSuffix("\nnothing is wrong\n\n"), "\(text)")
  }

  @Test(arguments: Breakage.all)
  func thatOneThingIsFoundAndMended(breakage: Breakage) throws {
    let scene = try DoctorScene(helper: breakage.helper, network: breakage.network)
    if breakage.network?.contains("ipv6") == true {
      try scene.testbed.output(["ip", "-6", "route", "add", "default", "dev", "uplink0"])
    }
    if breakage.helper == Testbed.capabilityHelper {
      try scene.run("chmod 666 /dev/net/tun")
    }
    try scene.run("cd /run/testbed\n\(breakage.command)")
    let found = try scene.doctor(breakage.arguments)
    #expect(found.ids == [breakage.finding], "\(found.said)")
    if let mend = breakage.mend {
      #expect(
        found.fixes == [breakage.untried].compactMap(\.self), "not tried: \(found.said)")
      try scene.run("cd /run/testbed\n\(mend)")
    } else {
      let fix = try #require(found.fixes.first, "\(found.said)")
      try scene.run(fix)
    }
    let mended = try scene.doctor(breakage.arguments)
    #expect(mended.ids == [], "after \(found.fixes): \(mended.said)")
  }

  /// A helper that only has the capability opens devices as its caller; one that is set-user-ID
  /// does not.
  @Test func closedDevicesMatterToAHelperWithACapabilityOnly() throws {
    let scene = try DoctorScene(helper: Testbed.capabilityHelper)
    try scene.run("echo allow virbr0 user=build vhost >/etc/tapster/acl.conf")
    try scene.run("rm -f /dev/vhost-net && mknod -m 600 /dev/vhost-net c 10 238")
    for id in ["tun-closed", "vhost-closed"] {
      let found = try scene.doctor(as: .build)
      #expect(found.ids.first == id, "\(found.said)")
      try scene.run(try #require(found.fixes.first))
    }
    #expect(try scene.doctor(as: .build).ids == [])
  }

  @Test func aUserWhoHasAllHisTapsIsTold() throws {
    let scene = try DoctorScene()
    var tap: TapOutcome? = try scene.testbed.requestTap(["--br=virbr0"])
    #expect(tap?.isGrant() == true, "\(String(describing: tap))")
    let found = try scene.doctor([], as: .build)
    #expect(found.ids == ["quota-used"], "\(found.said)")
    tap = nil
    #expect(try scene.doctor([], as: .build).ids == [])
  }

  @Test func whoCannotGainPrivilegeIsTold() throws {
    let scene = try DoctorScene()
    let confined = try scene.doctor([], as: .build) { $0.noNewPrivileges = true }
    #expect(confined.ids == ["no-new-privileges"], "\(confined.said)")
    for starter in [["unshare", "-U"], ["unshare", "-Ur"]] {
      let inside = try scene.doctor([], as: .build, by: starter)
      #expect(inside.ids == ["user-namespace"], "\(inside.said)")
    }
    // Another user may have a shell that can.
    #expect(try scene.doctor { $0.noNewPrivileges = true }.ids == [])
  }

  /// The broker does instead what set-user-ID cannot.
  @Test func theBrokerMendsWhatConfinementBreaks() throws {
    let scene = try DoctorScene()
    let confined = try scene.doctor([], as: .build) { $0.noNewPrivileges = true }
    try scene.run(try #require(confined.fixes.first, "\(confined.said)"))
    let deadline = Deadline(after: .patience)
    while !scene.testbed.exists("/run/tapster/broker.sock") {
      if deadline.milliseconds == 0 { throw TimedOut("there is no broker: \(confined.fixes)") }
    }
    let mended = try scene.doctor([], as: .build) { $0.noNewPrivileges = true }
    #expect(mended.ids == [], "\(mended.said)")
    let inside = try scene.doctor([], as: .build, by: ["unshare", "-Ur"])
    #expect(inside.ids == [] && inside.unseen.count == 1, "\(inside.said)")
  }

  /// A sandbox sees neither whose files are nor the host's devices, and perhaps not its network:
  /// the broker does, and decides.
  @Test(arguments: Sandbox.allCases.filter { $0 != .flatpak || Binaries.exists("/usr/bin/bwrap") })
  func inASandboxTheBrokerDecides(sandbox: Sandbox) throws {
    let scene = try DoctorScene()
    let testbed = scene.testbed
    let broker = try BrokerScene.start(in: testbed)
    func ask(_ arguments: [String] = []) throws -> DoctorScene.Diagnosis {
      try scene.doctor(arguments, as: .build, by: sandbox.starter)
    }
    func check() throws -> Completed {
      try testbed.run(sandbox.starter + [Testbed.tapster, "acl-check", "virbr0"], as: .build)
    }
    for arguments in [[], ["default"], ["--br=virbr0"]] {
      let found = try ask(arguments)
      #expect(found.ids == [] && found.unseen.count == 1, "\(found.said)")
      let place = "virbr0: allowed by /etc/tapster/acl.conf:1"
      #expect(found.said.output.contains(place), "\(found.said)")
    }
    var checked = try check()
    #expect(checked.status == 0 && checked.error.isEmpty, "\(checked)")
    #expect(checked.output.hasPrefix("allowed by /etc/tapster/acl.conf:1: "), "\(checked)")
    let json = try JSON(
      parsing: testbed.run(
        sandbox.starter + [Testbed.tapster, "acl-check", "--json", "virbr0"], as: .build
      ).checked().output)
    #expect(json["allowed"] == .bool(true) && json["status"].integer == 0, "\(json)")

    try testbed.write("/etc/tapster/acl.conf", "allow virbr0 user=student\n")
    for arguments in [[], ["default"], ["--br=virbr0"]] {
      let found = try ask(arguments)
      #expect(found.ids == ["broker-refuses"] && found.fixes == [], "\(found.said)")
      // Whom the host knows him as.
      #expect(
        found.said.output.contains("user 'build' (uid 1001) may not use bridge 'virbr0'"),
        "\(found.said)")
      #expect(found.said.output.contains("allow virbr0 user=build"), "\(found.said)")
    }
    checked = try check()
    #expect(checked.status == ExitStatus.notPermitted.rawValue, "\(checked)")
    #expect(checked.error.contains("(uid 1001) may not use"), "\(checked)")

    // Owners that are wrong on the host are the broker's to find.
    try testbed.output(["chown", "student", "\(testbed.root)/etc/tapster/acl.conf"])
    let found = try ask()
    #expect(found.ids == ["acl-broken"], "\(found.said)")
    #expect(found.said.output.contains("belongs to uid 1002"), "\(found.said)")
    checked = try check()
    #expect(checked.status == ExitStatus.brokenACL.rawValue, "\(checked)")
    #expect(checked.error.contains("belongs to uid 1002"), "\(checked)")

    // Nobody else can tell.
    _ = consume broker
    try testbed.output(["rm", "\(testbed.root)\(BrokerScene.socket)"])
    let alone = try ask()
    #expect(alone.ids == ["user-namespace"], "\(alone.said)")
    checked = try check()
    for words in ["65534", "chown"] { #expect(!checked.error.contains(words), "\(checked)") }
    #expect(checked.status != 0, "\(checked)")
  }

  /// A subordinate id gets nothing from the broker, whatever the list says.
  @Test func whomTheBrokerRefusesIsTold() throws {
    let scene = try DoctorScene(helper: "/run/testbed/bin/plain")
    try scene.run("install -m 755 \(Testbed.helper) /run/testbed/bin/plain")
    try scene.run("setsid \(Testbed.helper) --serve >/dev/null 2>&1 &")
    let deadline = Deadline(after: .patience)
    while !scene.testbed.exists("/run/tapster/broker.sock") {
      if deadline.milliseconds == 0 { throw TimedOut("there is no broker") }
    }
    #expect(try scene.doctor().ids == [])
    try scene.testbed.write("/etc/subuid", "student:1000:8\n")
    let found = try scene.doctor()
    #expect(found.ids == ["broker-refuses"], "\(found.said)")
    #expect(found.said.output.contains("uid 1001 is a subordinate id of 'student'"))
    try scene.testbed.write("/etc/subuid", "student:200000:65536\n")
    #expect(try scene.doctor().ids == [])
  }

  /// An uplink with IPv6 by router advertisements: forwarding would take its routes away.
  @Test func anUplinkThatLosesItsRoutesIsFound() throws {
    let scene = try DoctorScene()
    let testbed = scene.testbed
    try scene.bed.tapster("net-destroy", "default").checked()
    try testbed.ip(["address add 2001:db8:1::1/64 dev eth0 nodad"], on: "outside")
    try testbed.output(
      [
        "dnsmasq", "--conf-file=/dev/null", "--port=0", "--interface=eth0", "--enable-ra",
        "--dhcp-range=2001:db8:1::,ra-only", "--ra-param=eth0,5,600",
        "--pid-file=/run/router.pid", "--leasefile-ro",
      ], on: "outside")
    func awaitRoute() throws {
      let deadline = Deadline(after: .patience)
      while try testbed.output(["ip", "-6", "route", "show", "default"]).isEmpty {
        if deadline.milliseconds == 0 { throw TimedOut("no router advertises itself") }
      }
    }
    try awaitRoute()
    try testbed.write(
      "/etc/tapster/networks/default.xml",
      """
      <network>
        <name>default</name>
        <forward mode='nat'><nat ipv6='yes'/></forward>
        <bridge name='virbr0' stp='off' delay='0'/>
        <ip address='192.168.122.1' prefix='24'/>
        <ip family='ipv6' address='fd00:122::1' prefix='64'/>
      </network>

      """)
    try scene.bed.tapster("net-start", "default").checked()
    #expect(try scene.doctor().ids == [])
    try testbed.output(["sysctl", "-qw", "net.ipv6.conf.uplink0.accept_ra=1"])
    let found = try scene.doctor()
    #expect(found.ids == ["router-advertisements"], "\(found.said)")
    // What it comes to in the end.
    try testbed.output(["ip", "-6", "route", "flush", "default"])
    #expect(try scene.doctor().ids == ["router-advertisements"])
    try scene.run(try #require(found.fixes.first))
    try awaitRoute()
    let mended = try scene.doctor()
    #expect(mended.ids == [], "\(mended.said)")
  }

  @Test func onlyRootLooksOnBehalfOfOthers() throws {
    let scene = try DoctorScene()
    for (arguments, words) in [
      (["--user", "student"], "only root"), (["--user", "nobody-at-all"], "no user"),
      (["--br", "a/b"], "cannot be the name"), (["nowhere"], "no network"),
      (["default", "--br=virbr0"], "mutually exclusive"),
    ] {
      let said = try scene.testbed.run([Testbed.tapster, "doctor"] + arguments, as: .build)
      #expect(said.status == 1 && said.error.contains(words), "\(said)")
      #expect(said.output.trimmingCharacters(in: .whitespaces).count <= 1, "\(said)")
    }
  }
}

/// A place that an unprivileged user makes for himself.
enum Sandbox: String, CaseIterable, Sendable {
  /// A user namespace, and nothing else.
  case user
  /// One in which he is nobody.
  case nobody
  /// One that has no tap device.
  case devices
  /// One with a network of its own.
  case network
  /// One that has of `/run` only the broker.
  case run
  /// As Flatpak runs an application: all of these, by bubblewrap.
  case flatpak

  /// What puts a command into it.
  var starter: [String] {
    func inside(_ options: [String], _ script: String) -> [String] {
      ["unshare", "-Ur"] + options + ["sh", "-euc", script + "\nexec \"$@\"", "sh"]
    }
    switch self {
    case .user: return ["unshare", "-Ur"]
    case .nobody: return ["unshare", "-U"]
    case .devices: return inside(["-m"], "mount -t tmpfs none /dev/net")
    case .flatpak:
      return [
        "bwrap", "--unshare-all", "--die-with-parent", "--cap-drop", "ALL", "--ro-bind", "/usr",
        "/usr", "--symlink", "usr/bin", "/bin", "--symlink", "usr/lib", "/lib", "--symlink",
        "usr/lib64", "/lib64", "--ro-bind", "/etc", "/etc", "--dev", "/dev", "--proc", "/proc",
        "--ro-bind", Testbed.directory, Testbed.directory,
        "--ro-bind-try", BrokerScene.socket, BrokerScene.socket,
      ]
    case .network: return inside(["-n"], "ip link set lo up")
    case .run:
      return inside(
        ["-m"],
        """
        mkdir /tmp/kept-run
        mount --rbind /run /tmp/kept-run
        mount -t tmpfs none /run
        mkdir /run/tapster /run/testbed
        mount --rbind /tmp/kept-run/testbed /run/testbed
        if test -e /tmp/kept-run/tapster/broker.sock; then
          touch /run/tapster/broker.sock
          mount --bind /tmp/kept-run/tapster/broker.sock /run/tapster/broker.sock
        fi
        umount -l /tmp/kept-run
        rmdir /tmp/kept-run
        """)
    }
  }
}
