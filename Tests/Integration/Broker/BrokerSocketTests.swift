import Foundation
import Glibc
import TestSupport
import Testing

/// Where the broker's socket comes from and what becomes of it.
@Suite(.requiresHelper, .timeLimit(.minutes(10)))
struct BrokerSocketTests {
  private let scene: HelperScene
  private var testbed: Testbed { scene.testbed }

  init() throws { scene = try HelperScene() }

  private func activated(
    by socket: OpenDescriptor, _ variables: String = BrokerScene.passed,
    as user: Credentials = .root
  ) throws -> Command {
    try BrokerScene.activated(by: socket, in: testbed, variables, as: user)
  }

  private func listen() throws -> OpenDescriptor {
    try OpenDescriptor.listening(at: testbed.root + BrokerScene.socket)
  }

  // MARK: Its own

  @Test func anybodyMayConnectAndOnlyRootMayReplaceIt() throws {
    try testbed.output(["rmdir", "/run/tapster"])
    let broker = try BrokerScene.start(in: testbed)
    let modes = try testbed.output(["stat", "-c", "%a %U %F", "/run/tapster", BrokerScene.socket])
    #expect(modes == "755 root directory\n666 root socket\n")
    let lock = try testbed.output(["stat", "-c", "%a %U", "/run/tapster/broker.lock"])
    #expect(lock == "600 root\n", "else anybody could hold it")
    withExtendedLifetime(broker) {}
  }

  @Test(arguments: [SIGTERM, SIGINT])
  func itGoesWithTheBroker(signal: Int32) throws {
    let broker = try BrokerScene.start(in: testbed)
    broker.signal(signal)
    #expect(try broker.wait() == .exited(0))
    #expect(!testbed.exists(BrokerScene.socket))
    // The child that was ready for the next client has gone, too.
    let deadline = Deadline(after: .patience)
    while try testbed.processes() != [], deadline.milliseconds > 0 { sched_yield() }
    #expect(try testbed.processes() == [])
  }

  /// The child that was ready for the next client does not outlive it.
  @Test func nobodyListensForAKilledOne() throws {
    let killed = try BrokerScene.start(in: testbed)
    let broker = killed.process
    let deadline = Deadline(after: .patience)
    while try testbed.processes().count < 2, deadline.milliseconds > 0 { sched_yield() }
    #expect(try testbed.processes().contains(broker))
    killed.signal(SIGKILL)
    _ = try killed.wait()
    while try testbed.processes() != [], deadline.milliseconds > 0 { sched_yield() }
    #expect(try testbed.processes() == [])
  }

  @Test func whatAKilledOneLeftGivesWay() throws {
    let killed = try BrokerScene.start(in: testbed)
    killed.signal(SIGKILL)
    _ = try killed.wait()
    #expect(testbed.exists(BrokerScene.socket))
    // At once: the child that was ready may listen a moment longer.
    let next = try BrokerScene.start(in: testbed)
    next.signal(SIGTERM)
    #expect(try next.wait() == .exited(0))
    #expect(!testbed.exists(BrokerScene.socket))
  }

  private func expectFailure(_ words: String, sourceLocation: SourceLocation = #_sourceLocation)
    throws
  {
    let second = try testbed.run([Testbed.helper, "--serve"])
    #expect(
      second.status == ExitStatus.failure.rawValue, "\(second)", sourceLocation: sourceLocation)
    HelperScene.expectMessage(second.errorBytes, words, sourceLocation: sourceLocation)
  }

  @Test func thereIsOne() throws {
    let first = try BrokerScene.start(in: testbed)
    try expectFailure("serves \(BrokerScene.socket) already")
    _ = try MessageConnection(to: BrokerScene.socket, of: testbed, as: .build)
    withExtendedLifetime(first) {}
  }

  /// systemd listens, and has started nobody yet.
  @Test func aSocketOfSomebodyElsesStays() throws {
    let socket = try listen()
    try expectFailure("serves \(BrokerScene.socket) already")
    _ = try MessageConnection(to: BrokerScene.socket, of: testbed, as: .build)
    withExtendedLifetime(socket) {}
  }

  @Test(arguments: ["echo mine >", "mkdir", "mkfifo", "ln -s /etc/passwd", "ln -s /nowhere"])
  func whatIsNoSocketStays(command: String) throws {
    try testbed.output(["sh", "-c", "\(command) \(BrokerScene.socket)"])
    let before = try testbed.output(["stat", "-c", "%i %F", BrokerScene.socket])
    try expectFailure("is not a socket")
    #expect(try testbed.output(["stat", "-c", "%i %F", BrokerScene.socket]) == before)
  }

  @Test(arguments: ["chmod 777", "chmod 775", "chown build"])
  func aDirectoryThatOthersMayWriteTo(command: String) throws {
    try testbed.output(["sh", "-c", "\(command) /run/tapster"])
    try expectFailure("is not a directory that only root may write to")
    #expect(!testbed.exists(BrokerScene.socket))
  }

  @Test func aDirectoryThatIsALink() throws {
    try testbed.output(["sh", "-c", "rmdir /run/tapster; ln -s /etc/tapster /run/tapster"])
    try expectFailure("is not a directory that only root may write to")
  }

  /// Six at once: one serves, whatever a killed one left.
  @Test(arguments: [false, true])
  func ofSeveralThatStartOneServes(leftover: Bool) throws {
    if leftover {
      let killed = try BrokerScene.start(in: testbed)
      killed.signal(SIGKILL)
      _ = try killed.wait()
    }
    let brokers = try (0..<6).map { _ in try testbed.spawn([Testbed.helper, "--serve"]) }
    let deadline = Deadline(after: .patience)
    var ended: [Ending] = []
    while ended.count < 5, deadline.milliseconds > 0 {
      ended = try brokers.compactMap { try $0.waitIfEnded() }
      sched_yield()
    }
    #expect(ended == Array(repeating: .exited(ExitStatus.failure.rawValue), count: 5))
    _ = try MessageConnection(to: BrokerScene.socket, of: testbed, as: .build)
  }

  // MARK: Passed to it

  @Test func oneThatWasPassed() throws {
    let socket = try listen()
    let waiting = try MessageConnection(to: BrokerScene.socket, of: testbed, as: .build)
    try waiting.ask(["--br=br0"])
    let broker = try activated(by: socket).start()
    let answer = try #require(try waiting.receive())
    #expect(answer.bytes == [0] && answer.descriptors.count == 1, "\(answer.text)")
    broker.signal(SIGTERM)
    #expect(try broker.wait() == .exited(0))
    #expect(testbed.exists(BrokerScene.socket), "it is not the broker's to remove")
    // Whoever comes now waits for the next broker.
    let next = try MessageConnection(to: BrokerScene.socket, of: testbed, as: .build)
    try next.ask(["--br=br1"])
    let second = try activated(by: socket).start()
    #expect(try next.receive()?.bytes.first == UInt8(ExitStatus.notPermitted.rawValue))
    withExtendedLifetime(second) {}
  }

  /// By a program of systemd's own, which knows the protocol.
  @Test(
    .enabled("systemd must be installed") { Binaries.exists("/usr/bin/systemd-socket-activate") })
  func systemdPassesOne() throws {
    let activator = try testbed.spawn([
      "systemd-socket-activate", "--seqpacket", "--listen=\(BrokerScene.socket)", Testbed.helper,
      "--serve",
    ])
    let deadline = Deadline(after: .patience)
    while !testbed.exists(BrokerScene.socket), deadline.milliseconds > 0 { sched_yield() }
    try testbed.output(["chmod", "666", BrokerScene.socket])
    let connection = try MessageConnection(to: BrokerScene.socket, of: testbed, as: .build)
    try connection.ask(["--br=br0"])
    let answer = try #require(try connection.receive())
    #expect(answer.bytes == [0] && answer.descriptors.count == 1, "\(answer.text)")
    withExtendedLifetime(activator) {}
  }

  /// Thirty seconds without a client: the one limit that is waited for here in full.
  @Test func itLeavesWhenNobodyComes() throws {
    let broker = try activated(by: try listen()).start()
    let start = ContinuousClock.now
    #expect(try broker.wait(timeout: .seconds(90)) == .exited(0))
    #expect(ContinuousClock.now - start >= .seconds(29))
  }

  @Test(arguments: [
    "LISTEN_PID=$$ LISTEN_FDS=2", "LISTEN_PID=$$ LISTEN_FDS=0", "LISTEN_PID=$$",
    "LISTEN_PID=$$ LISTEN_FDS=x", "LISTEN_PID=$$ LISTEN_FDS=01",
  ])
  func aNumberOfSocketsThatIsNotOne(variables: String) throws {
    let completed = try activated(by: try listen(), variables).run()
    #expect(completed.status == ExitStatus.usage.rawValue, "\(completed)")
    HelperScene.expectMessage(completed.errorBytes, "LISTEN_FDS is not 1")
  }

  /// What is meant for another process is not for this one, and the socket is closed unused.
  @Test(arguments: ["LISTEN_PID=1 LISTEN_FDS=1", "LISTEN_FDS=1", "LISTEN_PID=+$$ LISTEN_FDS=1"])
  func whatIsMeantForAnother(variables: String) throws {
    let elsewhere = try OpenDescriptor.listening(at: "\(testbed.root)\(Testbed.scratch)/other.sock")
    let broker = try activated(by: elsewhere, variables).start()
    let deadline = Deadline(after: .patience)
    while !testbed.exists(BrokerScene.socket), deadline.milliseconds > 0 { sched_yield() }
    #expect(try broker.waitIfEnded() == nil)
    // What it needs for a moment as it begins is closed by then.
    var open: [String]
    repeat {
      open = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(broker.process)/fd")
    } while open.count > 8 && deadline.milliseconds > 0
    #expect(Set(open).isSubset(of: (0...8).map { "\($0)" }), "\(open)")
  }

  @Test func whatIsNoSuchSocket() throws {
    let (stream, other) = try OpenDescriptor.socketPair(.stream)
    let (packets, others) = try OpenDescriptor.socketPair(.sequentialPacket)
    let file = try OpenDescriptor(path: "/dev/null", flags: O_RDWR)
    for (descriptor, words) in [
      (stream, "SOCK_SEQPACKET"), (packets, "does not listen"), (file, "cannot be used"),
    ] {
      let completed = try activated(by: descriptor).run()
      #expect(completed.status == ExitStatus.usage.rawValue, "\(completed)")
      HelperScene.expectMessage(completed.errorBytes, words)
    }
    withExtendedLifetime((other, others)) {}
  }

  // MARK: Who may

  /// Set-user-ID makes nobody a broker, nor does a file capability.
  @Test(arguments: [Testbed.helper, Testbed.capabilityHelper])
  func onlyRootStartsIt(helper: String) throws {
    for variables in ["", "LISTEN_PID=$$ LISTEN_FDS=1 "] {
      var command = try testbed.command(
        ["sh", "-c", "\(variables)exec \(helper) --serve"], as: .build)
      command.descriptors[3] = try listen()
      let completed = try command.run()
      #expect(completed.status == ExitStatus.notPermitted.rawValue, "\(completed)")
      HelperScene.expectMessage(completed.errorBytes, "only root starts the broker")
      try testbed.output(["rm", BrokerScene.socket])
    }
  }

  @Test func rootOfAUserNamespaceHasNothingToServe() throws {
    let completed = try testbed.run(
      ["unshare", "-r", Testbed.helper, "--serve"], as: .build)
    #expect(completed.status == ExitStatus.failure.rawValue, "\(completed)")
    #expect(!testbed.exists(BrokerScene.socket))
  }

  @Test func withoutTheCapabilitiesItSaysWhichItNeeds() throws {
    let completed = try testbed.run([
      "setpriv", "--bounding-set=-setuid", Testbed.helper, "--serve",
    ])
    #expect(completed.status == ExitStatus.failure.rawValue, "\(completed)")
    HelperScene.expectMessage(completed.errorBytes, "CAP_SETUID")
  }
}
