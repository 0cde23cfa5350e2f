import Foundation
import Glibc
import TestSupport
import Testing

/// The bridges of a ``HelperScene`` and a broker that serves them.
struct BrokerScene {
  let scene: HelperScene
  let broker: RunningProcess
  /// The socket's file, opened with O_PATH.
  let file: OpenDescriptor

  static let socket = "/run/tapster/broker.sock"
  /// The helper as a program like any other: no set-user-ID, no capability.
  static let plainHelper = "\(Testbed.directory)/bin/plain"
  /// What a child of the broker writes into the log and what it costs are one thing; that it ends
  /// after this time is another.
  static let patience = Duration.seconds(5)

  var testbed: Testbed { scene.testbed }

  /// `acl` becomes the access control list. The broker has a socket of its own.
  init(acl: String = "allow br0\n", tunMode: UInt32 = 0o666) throws {
    scene = try HelperScene(acl: acl, tunMode: tunMode)
    broker = try Self.start(in: scene.testbed)
    file = try .reference(to: scene.testbed.root + Self.socket)
    try Self.installPlainHelper(in: scene.testbed)
    // Behind the connection by which it was seen to listen.
    _ = try ask(["--check", "--br=br0"], as: .root)
    try awaitIdle()
  }

  static func installPlainHelper(in testbed: Testbed) throws {
    try testbed.output(["install", "-m", "755", Testbed.helper, plainHelper])
  }

  /// Starts a broker with a socket of its own, and waits until somebody answers there.
  static func start(in testbed: Testbed) throws -> RunningProcess {
    let (read, write) = try OpenDescriptor.pipe()
    var command = try testbed.command([Testbed.helper, "--serve"])
    command.descriptors[2] = write
    let broker = try command.start()
    command.descriptors = [:]
    write.close()
    let deadline = Deadline(after: .patience)
    while deadline.milliseconds > 0 {
      if (try? MessageConnection(to: socket, of: testbed, as: .root)) != nil { return broker }
      if let ending = try broker.waitIfEnded() {
        let said = try LineStream(reading: read).drain(within: .zero)
        throw TimedOut("the broker ended: \(ending): \(said)")
      }
      sched_yield()
    }
    throw TimedOut("nobody listens at \(socket)")
  }

  /// What is set for a program that gets one socket (`man 3 sd_listen_fds`).
  static let passed = "LISTEN_PID=$$ LISTEN_FDS=1"

  /// A broker with the socket that `sh` gives it, as systemd does; `variables` are set for it.
  static func activated(
    by socket: OpenDescriptor, in testbed: Testbed, _ variables: String = passed,
    as user: Credentials = .root
  ) throws -> Command {
    var command = try testbed.command(
      ["sh", "-c", "\(variables) exec \(Testbed.helper) --serve"], as: user)
    command.descriptors[3] = socket
    return command
  }

  // MARK: Clients

  /// A connection of `user`.
  func connect(as user: Credentials = .build) throws -> MessageConnection {
    try MessageConnection(to: file, as: user)
  }

  /// What the broker answers `user`.
  func ask(_ arguments: [String], as user: Credentials = .build) throws -> MessageConnection.Message
  {
    let connection = try connect(as: user)
    try connection.ask(arguments)
    return try #require(try connection.receive(), "the broker does not answer")
  }

  /// Expects a tap of `user` on `bridge`; returns its descriptors.
  @discardableResult
  func expectGrant(
    _ message: MessageConnection.Message, on bridge: String = "br0", queues: Int = 1,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> [OpenDescriptor] {
    #expect(message.bytes == [0], "\(message.text)", sourceLocation: sourceLocation)
    #expect(message.descriptors.count == queues, sourceLocation: sourceLocation)
    let name = try #require(
      try message.descriptors.first?.tapName(), sourceLocation: sourceLocation)
    #expect(try scene.master(of: name) == bridge, sourceLocation: sourceLocation)
    return message.descriptors
  }

  /// Expects that the broker says no for such a reason, and gives nothing.
  func expectRefusal(
    _ message: MessageConnection.Message, _ status: ExitStatus, _ words: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(
      message.bytes.first == UInt8(status.rawValue), "\(message.text)",
      sourceLocation: sourceLocation)
    #expect(message.descriptors.isEmpty, sourceLocation: sourceLocation)
    HelperScene.expectMessage(
      Array(message.bytes.dropFirst()), words, sourceLocation: sourceLocation)
  }

  // MARK: The broker

  /// The processes that the broker has forked.
  func children() throws -> [Int32] {
    try String(
      contentsOfFile: "/proc/\(broker.process)/task/\(broker.process)/children", encoding: .utf8
    ).split(separator: " ").compactMap { Int32($0) }
  }

  /// How many descriptors the broker has open.
  func descriptorCount() throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/\(broker.process)/fd").count
  }

  /// Waits until the broker has nobody to serve: but one child, ready for the next client, and not
  /// a connection.
  func awaitIdle(sourceLocation: SourceLocation = #_sourceLocation) throws {
    let deadline = Deadline(after: .patience)
    var state = (children: 0, descriptors: 0)
    repeat {
      let children = try children()
      state = (children.count, try descriptorCount())
      // 0, 1, 2, the lock, the socket, the signals, the ready child's leash and its reports.
      if state == (1, 8), Self.isReady(children[0]) { return }
      sched_yield()
    } while deadline.milliseconds > 0
    Issue.record("\(state) are left", sourceLocation: sourceLocation)
  }

  /// Whether `child` waits for a client: one that has him has let go of where it says so.
  private static func isReady(_ child: Int32) -> Bool {
    let open = "/proc/\(child)/fd"
    let targets = try? FileManager.default.contentsOfDirectory(atPath: open).map {
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(open)/\($0)")) ?? ""
    }
    guard let targets else { return false }
    return targets.contains("anon_inode:[eventfd]") && !targets.contains("anon_inode:[signalfd]")
  }
}
