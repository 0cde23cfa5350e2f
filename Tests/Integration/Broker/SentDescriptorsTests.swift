import Glibc
import TestSupport
import Testing

/// Descriptors that clients send along, which nobody asked for: nothing in the broker ever has
/// them, and nobody but their sender waits for their end.
///
/// The kernel refuses them once a broker that is there has told it to (Linux 6.16). Clients who
/// connected before it came are as all are with an older kernel.
@Suite(.requiresHelper, .timeLimit(.minutes(10)))
struct SentDescriptorsTests {
  private let scene: HelperScene
  private let listener: OpenDescriptor

  init() throws {
    scene = try HelperScene(acl: "allow br0\n")
    try scene.testbed.output(["mkdir", "-p", "/run/tapster"])
    listener = try .listening(at: scene.testbed.root + BrokerScene.socket)
  }

  private func connect(as user: Credentials = .build) throws -> MessageConnection {
    try MessageConnection(to: BrokerScene.socket, of: scene.testbed, as: user)
  }

  private func startBroker() throws -> RunningProcess {
    try BrokerScene.activated(by: listener, in: scene.testbed).start()
  }

  @Test func theKernelRefusesThem() throws {
    let broker = try startBroker()
    // Once it has answered somebody, it has begun.
    let first = try connect()
    try first.ask(["--check", "--br=br0"])
    #expect(try first.receive()?.bytes.first == 0)
    let connection = try connect()
    let null = try OpenDescriptor(path: "/dev/null", flags: O_RDONLY)
    #expect(throws: SystemCallFailure("sendmsg", code: EPERM)) {
      try connection.send(Array("--br=br0\0".utf8), [null])
    }
    // It is not for that less welcome.
    try connection.ask(["--br=br0"])
    #expect(try connection.receive()?.descriptors.count == 1)
    withExtendedLifetime(broker) {}
  }

  @Test(arguments: [1, 253])
  func thoseOfWhoIsServedAreClosed(count: Int) throws {
    let (read, write) = try OpenDescriptor.pipe()
    let strays =
      try (0..<count).map { _ in
        try OpenDescriptor(path: "/dev/null", flags: O_RDONLY)
      } + [write]
    let connection = try connect()
    try connection.send(Array("--br=br0\0".utf8), Array(strays.suffix(count)))
    write.close()
    let broker = try startBroker()
    let answer = try #require(try connection.receive())
    #expect(answer.bytes == [0] && answer.descriptors.count == 1, "\(answer.text)")
    // The last writing end has gone as soon as the message was read.
    let rest = try LineStream(reading: read)
    #expect(try rest.drain(within: .patience) == "")
    withExtendedLifetime(broker) {}
  }

  @Test func thoseOfWhoIsDroppedAreClosed() throws {
    let (read, write) = try OpenDescriptor.pipe()
    for _ in 0..<8 {
      let connection = try connect()
      try connection.send([65], [write])
      connection.close()
    }
    write.close()
    let broker = try startBroker()
    let rest = try LineStream(reading: read)
    #expect(try rest.drain(within: .patience) == "")
    withExtendedLifetime(broker) {}
  }

  /// Through one connection of its own the client could hold up the tap's end: it is his own.
  @Test func itsOwnConnectionSentBack() throws {
    let connection = try connect()
    try connection.send(Array("--br=br0\0".utf8), [connection.descriptor])
    let broker = try startBroker()
    let answer = try #require(try connection.receive())
    #expect(answer.bytes == [0] && answer.descriptors.count == 1, "\(answer.text)")
    for tap in answer.descriptors { tap.close() }
    connection.close()
    try scene.expectNoTaps()
    withExtendedLifetime(broker) {}
  }

  /// Whoever closes them waits for a minute: a child, whom the kernel ends after five seconds. More
  /// of one user's than are let in, so that some are turned away.
  @Test func nobodyElseWaitsForTheirEnd() throws {
    let crowd = try (0..<200).map { _ in
      let connection = try connect()
      let (own, peer) = try OpenDescriptor.lingering(seconds: 60)
      try connection.send(Array("--check\0--br=br0\0".utf8), [own])
      own.close()
      return (connection: connection, peer: peer)
    }
    let start = ContinuousClock.now
    let broker = try startBroker()
    for _ in 0..<20 {
      let other = try connect(as: .stranger)
      try other.ask(["--check", "--br=br0"])
      #expect(try other.receive(within: .seconds(4))?.bytes.first == 0)
    }
    #expect(ContinuousClock.now - start < .seconds(20), "others waited")
    withExtendedLifetime((crowd, broker)) {}
  }
}
