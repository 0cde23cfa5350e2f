import Foundation
import Glibc
import TestSupport
import Testing

/// QEMU as it is, with a helper that has no privilege where QEMU runs: the broker's bridge is its
/// network all the same.
@Suite(.requiresGuests, .timeLimit(.minutes(20)))
struct BrokerGuestsTests {
  private let bridge: BridgeWithDHCP
  private let broker: RunningProcess

  init() throws {
    bridge = try BridgeWithDHCP(acl: "allow br0 user=build\n")
    broker = try BrokerScene.start(in: bridge.testbed)
  }

  /// Boots a guest behind `wrapper`, expects it on the network, and that its tap goes with it.
  private func expectOnTheNetwork(
    behind wrapper: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let guest = try Guest(
      on: bridge.testbed, netdev: "bridge,br=br0,helper=\(Testbed.helper)", behind: wrapper)
    let lease = try guest.run("dhcp")
    #expect(lease.status == 0, "\(lease)", sourceLocation: sourceLocation)
    #expect(
      try guest.run("resolve www.example.test").lines == ["192.0.2.80"],
      sourceLocation: sourceLocation)
    let ports = try bridge.ports()
    #expect(ports == ["taprt-2-0"], "of uid 1001", sourceLocation: sourceLocation)
    try guest.powerOff()
    let deadline = Deadline(after: .patience)
    while try bridge.ports() != [], deadline.milliseconds > 0 { sched_yield() }
    #expect(try bridge.ports() == [], sourceLocation: sourceLocation)
  }

  @Test func withNoNewPrivileges() throws {
    try expectOnTheNetwork(behind: ["setpriv", "--no-new-privs"])
  }

  /// Where the device is root's alone, too.
  @Test func withNoNewPrivilegesAndAClosedDevice() throws {
    try bridge.testbed.output(["chmod", "600", "/dev/net/tun"])
    try expectOnTheNetwork(behind: ["setpriv", "--no-new-privs"])
  }

  @Test func inAUserNamespace() throws {
    try expectOnTheNetwork(behind: ["unshare", "-U", "-r"])
  }

  @Test func inAUserNamespaceAsNobody() throws {
    try expectOnTheNetwork(behind: ["unshare", "-U"])
  }

  /// All of a container: users, mounts, processes, network, host name, System V objects. It has no
  /// interface but its own lo; the broker's socket is bound in.
  @Test func inAContainer() throws {
    let socket = BrokerScene.socket
    let inside = """
      mount -t tmpfs none /mnt
      mkdir /mnt/run /mnt/run/tapster
      touch /mnt/\(socket)
      mount --bind \(socket) /mnt/\(socket)
      mkdir /mnt/testbed
      mount --rbind \(Testbed.directory) /mnt/testbed
      mount --rbind /mnt/run /run
      mkdir /run/testbed
      mount --rbind /mnt/testbed \(Testbed.directory)
      test "$(ls /sys/class/net 2>/dev/null)" != br0
      ! ip link show br0 2>/dev/null
      exec "$@"
      """
    try expectOnTheNetwork(
      behind: [
        "unshare", "--user", "--map-root-user", "--mount", "--pid", "--fork", "--kill-child",
        "--mount-proc", "--net", "--uts", "--ipc", "--cgroup", "sh", "-ec", inside, "sh",
      ])
  }

  /// As Flatpak runs an application: bubblewrap with no_new_privs, the host's files read-only, the
  /// socket bound in.
  @Test(.enabled("bubblewrap must be installed") { Binaries.exists("/usr/bin/bwrap") })
  func inASandboxLikeFlatpaks() throws {
    try expectOnTheNetwork(
      behind: [
        "bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL",
        "--ro-bind", "/usr", "/usr", "--symlink", "usr/bin", "/bin", "--symlink", "usr/lib", "/lib",
        "--symlink", "usr/lib64", "/lib64", "--symlink", "usr/sbin", "/sbin",
        "--ro-bind", "/etc", "/etc", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp",
        "--ro-bind", Testbed.directory, Testbed.directory,
        "--ro-bind", BrokerScene.socket, BrokerScene.socket,
      ])
  }

  /// A guest of another user behind the same wrapper stays off.
  @Test func aRefusalReachesTheUser() throws {
    let failure = #expect(throws: Guest.Failed.self) {
      _ = try Guest(
        on: bridge.testbed, netdev: "bridge,br=br0,helper=\(Testbed.helper)",
        behind: ["setpriv", "--no-new-privs"], as: .student)
    }
    let told = "user 'student' (uid 1002) may not use bridge 'br0'"
    #expect(failure?.error.contains(told) == true, "\(String(describing: failure))")
    #expect(try bridge.ports() == [])
  }
}

/// Who the broker takes its clients for.
@Suite(.requiresHelper, .timeLimit(.minutes(10)))
struct BrokerCallersTests {
  /// The numbers that are shown in a user namespace mean nothing: those of the host count.
  @Test(arguments: [["-U"], ["-U", "-r"], ["-U", "-c"]])
  func inAUserNamespace(options: [String]) throws {
    let scene = try BrokerScene(acl: "allow br0 user=build\ndeny br0 user=root,nobody,0,65534\n")
    for (caller, isGranted) in [(Credentials.build, true), (.student, false)] {
      let outcome = try scene.testbed.requestTap(
        ["--br=br0"], as: caller, behind: ["unshare"] + options)
      #expect(outcome.isGrant() == isGranted, "\(outcome)")
      if isGranted { #expect(try outcome.interfaceNames() == ["taprt-2-0"]) }
      if !isGranted { #expect(outcome.helper.status == ExitStatus.notPermitted.rawValue) }
    }
  }

  /// His network namespace is of no account: it is the broker's bridges that he may use.
  @Test func inANetworkNamespaceOfHisOwn() throws {
    let scene = try BrokerScene()
    for options in [["-U", "-n"], ["-U", "-r", "-n"]] {
      let outcome = try scene.testbed.requestTap(["--br=br0"], behind: ["unshare"] + options)
      try scene.scene.expectGrant(outcome)
      for descriptor in outcome.descriptors { descriptor.close() }
      try scene.scene.expectNoTaps()
    }
    // A bridge of that name in his own: whoever may administer a network means that one.
    let inside = "ip link add br0 type bridge; exec \"$@\""
    let own = try scene.testbed.requestTap(
      ["--br=br0"], behind: ["unshare", "-U", "-r", "-n", "sh", "-ec", inside, "sh"])
    #expect(own.helper.error.contains("acl.conf: whose it is cannot be seen"), "\(own)")
  }

  /// Root in a container that was left no CAP_NET_ADMIN is a caller like any other: root.
  @Test func rootWithoutCapabilities() throws {
    let scene = try BrokerScene(acl: "allow br0 user=root taps=1\n")
    let drop = ["setpriv", "--bounding-set=-net_admin", "--inh-caps=-all"]
    let outcome = try scene.testbed.requestTap(
      ["--br=br0"], as: .root, helper: BrokerScene.plainHelper, behind: drop)
    try scene.scene.expectGrant(outcome)
    let over = try scene.testbed.requestTap(
      ["--br=br0"], as: .root, helper: BrokerScene.plainHelper, behind: drop)
    #expect(over.helper.status == ExitStatus.notPermitted.rawValue, "\(over)")
  }

  /// Set-user-ID works in a container that has a root of its own, and that root has no say over the
  /// host's network: then the broker is asked, and by the caller, not by the container's root.
  @Test(.enabled("newuidmap must be installed") { Binaries.exists("/usr/bin/newuidmap") })
  func aSetUserIDHelperInAContainer() throws {
    let scene = try BrokerScene(acl: "allow br0\nallow br1 user=root\n")
    try scene.testbed.write("/etc/subuid", "root:0:65536\n")
    try scene.testbed.write("/etc/subgid", "root:0:65536\n")
    let container = ["unshare", "-U", "--map-users", "0,0,65536", "--map-groups", "0,0,65536"]
    // By the time that the broker looks at it, nobody is anybody's subordinate.
    let user = [
      "sh", "-ec", "rm /etc/subuid; exec \"$@\"", "sh", "setpriv", "--reuid=1001", "--regid=1001",
      "--clear-groups",
    ]
    let granted = try scene.testbed.requestTap(["--br=br0"], as: .root, behind: container + user)
    try scene.scene.expectGrant(granted)
    #expect(try granted.interfaceNames() == ["taprt-2-0"], "of uid 1001")
    try scene.testbed.write("/etc/subuid", "root:0:65536\n")
    let refused = try scene.testbed.requestTap(["--br=br1"], as: .root, behind: container + user)
    #expect(refused.helper.status == ExitStatus.notPermitted.rawValue, "\(refused)")
  }

  /// Each with his groups, by name and by number.
  @Test func supplementaryGroups() throws {
    let scene = try BrokerScene(acl: "allow br0 group=students\nallow br1 group=2000\n")
    for bridge in ["br0", "br1"] {
      try scene.expectGrant(try scene.ask(["--br=\(bridge)"], as: .student), on: bridge)
      scene.expectRefusal(try scene.ask(["--br=\(bridge)"]), .notPermitted, "no rule")
    }
    var many = Credentials.build
    many.groups = (3000..<3100).map { UInt32($0) } + [2000]
    try scene.expectGrant(try scene.ask(["--br=br0"], as: many))
  }

  /// With the numbers that he has by newgidmap a user can drop a group in a user namespace. What is
  /// denied to the group stays denied to those whom the host lists in it.
  @Test func aGroupThatWasPutAway() throws {
    let scene = try BrokerScene(
      acl: "allow br0\ndeny br0 group=students\nallow br1 group=students\n")
    var without = Credentials.student
    without.groups = []
    scene.expectRefusal(
      try scene.ask(["--br=br0"], as: without), .notPermitted, "acl.conf:2 denies it")
    scene.expectRefusal(try scene.ask(["--br=br1"], as: without), .notPermitted, "no rule")
    try scene.expectGrant(try scene.ask(["--br=br0"]))
    // His login group, too, which he has changed for another.
    try scene.scene.write("allow br0\ndeny br0 group=student\n")
    without.group = 300_000
    scene.expectRefusal(
      try scene.ask(["--br=br0"], as: without), .notPermitted, "acl.conf:2 denies it")
  }

  /// With sixty-five thousand numbers beside his own no limit on a user would hold.
  @Test func aSubordinateUser() throws {
    let scene = try BrokerScene(acl: "allow br0 taps=1\ndeny br0 user=student\n")
    try scene.testbed.write("/etc/subuid", "build:200000:65536\nstudent:300000:65536\n")
    for user: UInt32 in [200_000, 200_001, 265_535, 300_500] {
      let subordinate = Credentials(name: "\(user)", user: user, group: 1001)
      scene.expectRefusal(
        try scene.ask(["--br=br0"], as: subordinate), .notPermitted, "is a subordinate id of")
    }
    try scene.expectGrant(try scene.ask(["--br=br0"], as: .stranger))
    try scene.testbed.write("/etc/subuid", "build:0x30d40:65536\n")
    scene.expectRefusal(try scene.ask(["--br=br0"]), .failure, "/etc/subuid:1: ")
  }

  /// As a user namespace really shows it: by newuidmap, uid 200005 inside a container of build's.
  @Test(.enabled("newuidmap must be installed") { Binaries.exists("/usr/bin/newuidmap") })
  func aSubordinateUserByNewuidmap() throws {
    let scene = try BrokerScene()
    try scene.testbed.write("/etc/subuid", "build:200000:65536\n")
    try scene.testbed.write("/etc/subgid", "build:200000:65536\n")
    let inside = [
      "unshare", "-U", "--map-users", "200000,0,1000", "--map-groups", "200000,0,1000",
      "--setgid", "5", "--setuid", "5",
    ]
    let subordinate = try scene.testbed.requestTap(["--br=br0"], behind: inside)
    try scene.scene.expectRefusal(subordinate, .notPermitted, "uid 200005 is a subordinate id")
  }

  /// Where the broker does not know who is who, nobody is served as `nobody`.
  @Test(.enabled("newuidmap must be installed") { Binaries.exists("/usr/bin/newuidmap") })
  func aBrokerInAUserNamespaceOfItsOwn() throws {
    let scene = try HelperScene()
    try scene.testbed.write("/etc/subuid", "root:0:65536\n")
    try scene.testbed.write("/etc/subgid", "root:0:65536\n")
    // Root, and the users up to 65535: all that a container has.
    let (read, write) = try OpenDescriptor.pipe()
    var command = try scene.testbed.command([
      "unshare", "-U", "-n", "-m", "--map-users", "0,0,65536", "--map-groups", "0,0,65536",
      "sh", "-ec",
      """
      ip link add br0 type bridge
      exec \(Testbed.helper) --serve
      """,
    ])
    command.descriptors[2] = write
    let broker = try command.start()
    command.descriptors = [:]
    write.close()
    let deadline = Deadline(after: .patience)
    while !scene.testbed.exists(BrokerScene.socket), deadline.milliseconds > 0,
      try broker.waitIfEnded() == nil
    { sched_yield() }
    let said = try broker.waitIfEnded() == nil ? "" : LineStream(reading: read).drain(within: .zero)
    try #require(scene.testbed.exists(BrokerScene.socket), "\(said)")
    try scene.testbed.output(["rm", "/etc/subuid"])
    func ask(as user: Credentials) throws -> MessageConnection.Message {
      let connection = try MessageConnection(
        to: BrokerScene.socket, of: scene.testbed, as: user)
      try connection.ask(["--br=br0"])
      return try #require(try connection.receive())
    }
    #expect(try ask(as: .build).bytes == [0], "whom it knows")
    let unknown = Credentials(name: "unknown", user: 70_000, group: 1001)
    let unknownGroup = Credentials(name: "unknown", user: 1001, group: 1001, groups: [70_000])
    for user in [unknown, unknownGroup] {
      let answer = try ask(as: user)
      #expect(answer.bytes.first == UInt8(ExitStatus.notPermitted.rawValue))
      #expect(answer.text.contains("does not know who asks"), "\(answer.text)")
    }
    withExtendedLifetime(broker) {}
  }

  // MARK: Who the broker is

  /// A socket of somebody else's would give a network of somebody else's.
  @Test func whoListensMustBeRoot() throws {
    let scene = try HelperScene()
    try BrokerScene.installPlainHelper(in: scene.testbed)
    try scene.testbed.output(["chown", "student", "/run/tapster"])
    let listen = """
      use Socket;
      umask 0111;
      socket(my $socket, AF_UNIX, SOCK_SEQPACKET, 0) or die;
      bind($socket, sockaddr_un($ARGV[0])) or die;
      listen($socket, 1) or die;
      close STDOUT;
      sleep;
      """
    let (read, write) = try OpenDescriptor.pipe()
    var command = try scene.testbed.command(
      ["perl", "-e", listen, BrokerScene.socket], as: .student)
    command.descriptors[1] = write
    let impostor = try command.start()
    command.descriptors = [:]
    write.close()
    _ = try LineStream(reading: read).drain(within: .patience)
    let outcome = try scene.testbed.requestTap(["--br=br0"], helper: BrokerScene.plainHelper)
    try scene.expectRefusal(
      outcome, .failure, "uid 1002 listens at \(BrokerScene.socket), not root")
    withExtendedLifetime(impostor) {}
  }

  /// The helper takes what the broker says for no more than text and descriptors.
  @Test(
    arguments: [
      ([], "ended without an answer"), ([1], "said nonsense"), ([0], "sent no tap"),
      ([64, 27, 91, 50, 74, 10], "?[2J"),
    ] as [([UInt8], String)])
  func whatIsNoAnswer(bytes: [UInt8], words: String) throws {
    let scene = try HelperScene()
    try BrokerScene.installPlainHelper(in: scene.testbed)
    let listener = try OpenDescriptor.listening(at: scene.testbed.root + BrokerScene.socket)
    let (own, theirs) = try OpenDescriptor.socketPair()
    let (read, write) = try OpenDescriptor.pipe()
    var command = try scene.testbed.command(
      [BrokerScene.plainHelper, "--br=br0", "--fd=3"], as: .build)
    command.descriptors = [2: write, 3: theirs]
    let helper = try command.start()
    command.descriptors = [:]
    for end in [write, theirs] { end.close() }
    #expect(try Deadline(after: .patience).awaitReadable(listener.rawValue))
    let connection = try MessageConnection(acceptedBy: listener)
    #expect(try connection.receive()?.bytes == Array("--br=br0\0".utf8))
    if !bytes.isEmpty { try connection.send(bytes) }
    connection.close()
    let said = try LineStream(reading: read).drain(within: .patience)
    #expect(said.contains(words), "\(said)")
    #expect(said.utf8.allSatisfy { $0 == 10 || (0x20...0x7E).contains($0) })
    #expect(try helper.wait() != .exited(0))
    withExtendedLifetime(own) {}
  }
}
