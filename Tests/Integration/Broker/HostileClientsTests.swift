import Foundation
import Glibc
import TestSupport
import Testing

/// Clients that are slow, silent, gone, many, or send what they should not: the broker answers
/// others meanwhile, and nothing is left of them.
@Suite(.requiresHelper, .timeLimit(.minutes(10)))
struct HostileClientsTests {
  private let scene: BrokerScene

  init() throws { scene = try BrokerScene(acl: "allow br0\n") }

  /// Somebody else, whose request has to be granted whatever the others do.
  private func expectOthersAreServed(sourceLocation: SourceLocation = #_sourceLocation) throws {
    let start = ContinuousClock.now
    let taps = try scene.expectGrant(
      try scene.ask(["--br=br0"], as: .stranger), sourceLocation: sourceLocation)
    #expect(
      ContinuousClock.now - start < BrokerScene.patience, "somebody was in the way",
      sourceLocation: sourceLocation)
    for tap in taps { tap.close() }
  }

  private func expectNothingLeft(sourceLocation: SourceLocation = #_sourceLocation) throws {
    try scene.awaitIdle(sourceLocation: sourceLocation)
    try scene.scene.expectNoTaps(sourceLocation: sourceLocation)
    #expect(try scene.broker.waitIfEnded() == nil, sourceLocation: sourceLocation)
  }

  // MARK: Slow ones

  @Test func whoSaysNothingIsDroppedAfterFiveSeconds() throws {
    let silent = try scene.connect()
    let start = ContinuousClock.now
    try expectOthersAreServed()
    let answer = try #require(try silent.receive())
    #expect(ContinuousClock.now - start >= .milliseconds(4900))
    scene.expectRefusal(answer, .usage, "asked nothing for 5 seconds")
    #expect(try silent.receive()?.bytes == [], "and hung up on")
    try expectNothingLeft()
  }

  /// A client's time begins when he comes, however long nobody came before.
  @Test func whoComesAfterALongSilence() throws {
    // Another broker tells when as much time has passed.
    let clock = try BrokerScene()
    let silent = try clock.connect()
    clock.expectRefusal(
      try #require(try silent.receive()), .usage, "asked nothing for 5 seconds")
    for _ in 0..<2 { try scene.expectGrant(try scene.ask(["--br=br0"])) }
    try expectNothingLeft()
  }

  /// A request is one message: the first half is one, too.
  @Test func halfARequest() throws {
    let connection = try scene.connect()
    try connection.send(Array("--br=b".utf8))
    scene.expectRefusal(try #require(try connection.receive()), .usage, "each with a NUL byte")
    #expect(throws: SystemCallFailure.self) {
      while true { try connection.send(Array("r0\0".utf8)) }
    }
    try expectNothingLeft()
  }

  /// The tap waits in the client's own socket, counts as his, and goes with him. No child waits.
  @Test func whoNeverReads() throws {
    let connections = try (0..<20).map { _ in
      let connection = try scene.connect()
      try connection.ask(["--br=br0"])
      return connection
    }
    for connection in connections {
      #expect(try Deadline(after: .patience).awaitReadable(connection.descriptor.rawValue))
    }
    try scene.awaitIdle()
    #expect(try scene.scene.taps().count == 20)
    try expectOthersAreServed()
    for connection in connections { connection.close() }
    try expectNothingLeft()
  }

  /// The process is the client's in the kernel's eyes, so he may stop it: it ends all the same.
  @Test func whoStopsTheChild() throws {
    let before = Set(try scene.children())
    let connection = try scene.connect()
    // As the user that it becomes, and as soon as it is he.
    let stopper = try scene.testbed.spawn(
      ["perl", "-e", "1 until kill STOP => \(try #require(before.first)); sleep"], as: .build)
    try connection.ask(["--br=br0"])
    let start = ContinuousClock.now
    let deadline = Deadline(after: .patience)
    // Whether it came in time is the scheduler's affair. Either way it is gone after five seconds.
    while !Set(try scene.children()).isDisjoint(with: before), deadline.milliseconds > 0 {
      sched_yield()
    }
    #expect(ContinuousClock.now - start < .seconds(20))
    stopper.signal(SIGKILL)
    connection.close()
    try expectNothingLeft()
  }

  /// strace stops it, at each of the calls that it makes from the moment that it is its client's.
  @Test(arguments: ["setresuid", "openat", "ioctl", "capset"])
  func aChildThatIsStoppedEndsAfterFiveSeconds(call: String) throws {
    let child = try TracedChild(of: scene, call, "signal=SIGSTOP:when=1")
    let connection = try scene.connect()
    let start = ContinuousClock.now
    try connection.ask(["--br=br0"])
    try child.awaitStop()
    try expectOthersAreServed()
    #expect(try connection.receive()?.bytes == [], "the kernel closed it")
    let time = ContinuousClock.now - start
    #expect(time >= .milliseconds(4900) && time < .seconds(30), "\(time)")
    _ = try child.awaitEnd()
    try expectNothingLeft()
  }

  // MARK: Ones that vanish

  @Test func whoHangsUpAtOnce() throws {
    for _ in 0..<200 { try scene.connect().close() }
    try expectOthersAreServed()
    try expectNothingLeft()
  }

  @Test func whoHangsUpOnceHeHasAsked() throws {
    for _ in 0..<50 {
      let connection = try scene.connect()
      try connection.ask(["--br=br0"])
      connection.close()
    }
    try expectOthersAreServed()
    try expectNothingLeft()
  }

  /// The other end closes while the child enters each of its calls in turn, the sending included.
  @Test(arguments: [
    "recvfrom", "getsockopt", "setresuid", "openat", "capset", "landlock_restrict_self", "ioctl",
    "sendto", "sendmsg",
  ])
  func whoHangsUpAtAnyMoment(call: String) throws {
    let child = try TracedChild(of: scene, call, "delay_enter=300000:when=1")
    let connection = try scene.connect()
    try connection.ask(["--br=br0"])
    connection.close()
    #expect(try child.awaitEnd().contains("\(call)("), "it never came to that")
    try expectNothingLeft()
  }

  /// Killed by its own user while it works for him.
  @Test(arguments: ["openat", "ioctl", "sendto"])
  func whoKillsTheChild(call: String) throws {
    let child = try TracedChild(of: scene, call, "signal=SIGSTOP:when=1")
    let connection = try scene.connect(as: .student)
    try connection.ask(["--br=br0"])
    try child.awaitStop()
    let killed = try scene.testbed.run(["kill", "-KILL", "\(child.process)"], as: .student)
    #expect(killed.succeeded, "he may: \(killed)")
    #expect(try connection.receive()?.bytes == [])
    _ = try child.awaitEnd()
    try expectOthersAreServed()
    try expectNothingLeft()
  }

  // MARK: Odd messages

  @Test(
    arguments: [
      ([], "--br=BRIDGE is missing"), ([0], "'' is not an option"),
      (Array(repeating: 0, count: 4096), "is not an option"),
      (Array(repeating: 65, count: 4096), "each with a NUL byte"),
      (Array(repeating: 65, count: 4097), "longer than 4096 bytes"),
      (Array(repeating: 0, count: 100_000), "longer than 4096 bytes"),
      (Array("--br=br0\0--fd=3\0".utf8), "has no --fd"), (Array("--serve\0".utf8), "by itself"),
      (Array("--help\0".utf8), "is not an option"),
      (Array("--br=\u{1b}]0;x\u{7}\0".utf8), "\\x1b]0;x\\x07"),
    ] as [([UInt8], String)])
  func whatIsNoRequest(message: [UInt8], words: String) throws {
    let connection = try scene.connect()
    guard !message.isEmpty else {
      // A message of no bytes and the end look the same to the receiver.
      #expect(throws: Never.self) { try connection.send(message) }
      let answer = try #require(try connection.receive())
      #expect(answer.bytes.first == UInt8(ExitStatus.usage.rawValue))
      return try expectNothingLeft()
    }
    try connection.send(message)
    scene.expectRefusal(try #require(try connection.receive()), .usage, words)
    try expectNothingLeft()
  }

  /// One request a connection.
  @Test func aSecondRequestIsNotAnswered() throws {
    // Both are there before the first is looked at.
    let child = try #require(try scene.children().first)
    kill(child, SIGSTOP)
    let connection = try scene.connect()
    try connection.ask(["--br=br1"])
    try connection.ask(["--br=br0"])
    kill(child, SIGCONT)
    scene.expectRefusal(try #require(try connection.receive()), .notPermitted, "br1")
    #expect(try connection.receive()?.bytes == [])
    try expectNothingLeft()
  }

  // MARK: Floods

  /// Four hundred silent connections of one user: another one is served at once.
  @Test func silentConnectionsOfOneUser() throws {
    let flood = try (0..<400).map { _ in try scene.connect() }
    try expectOthersAreServed()
    // He himself is served, too: his silent ones give way.
    try scene.expectGrant(try scene.ask(["--br=br0"]))
    #expect(try scene.descriptorCount() < 100, "the broker is small")
    for connection in flood { connection.close() }
    try expectNothingLeft()
  }

  @Test func silentConnectionsOfAHundredUsers() throws {
    let flood = try (0..<600).map { index in
      let user = UInt32(20_000 + index % 100)
      return try scene.connect(as: Credentials(name: "\(user)", user: user, group: user))
    }
    try expectOthersAreServed()
    #expect(try scene.descriptorCount() < 300, "the broker is small")
    for connection in flood { connection.close() }
    try expectNothingLeft()
  }

  /// Each of a hundred requests at once is answered, though only eight are served at a time; of two
  /// hundred, some are told that the broker is busy.
  @Test func manyRequestsOfOneUserAtOnce() throws {
    scene.broker.signal(SIGSTOP)
    let crowd = try (0..<200).map { _ in
      let connection = try scene.connect()
      try connection.ask(["--br=br1"])
      return connection
    }
    let other = try scene.connect(as: .stranger)
    try other.ask(["--br=br0"])
    scene.broker.signal(SIGCONT)
    try scene.expectGrant(try #require(try other.receive()))
    var served = 0
    for connection in crowd {
      let answer = try #require(try connection.receive())
      if answer.bytes.first == UInt8(ExitStatus.notPermitted.rawValue) {
        served += 1
      } else {
        scene.expectRefusal(answer, .unavailable, "busy")
      }
    }
    #expect(served >= 64, "\(served)")
    other.close()
    try expectNothingLeft()
  }

  /// Eight for one, and never more than 64 in all, whatever comes.
  @Test func noMoreThanEightChildrenForOneUser() throws {
    var most = 0
    scene.broker.signal(SIGSTOP)
    let crowd = try (0..<64).map { _ in
      let connection = try scene.connect()
      try connection.ask(["--br=br0"])
      return connection
    }
    scene.broker.signal(SIGCONT)
    for connection in crowd {
      most = max(most, try scene.children().count)
      try scene.expectGrant(try #require(try connection.receive()))
    }
    #expect((1...9).contains(most), "\(most): eight, and the one that is ready")
    for connection in crowd { connection.close() }
    try expectNothingLeft()
  }

  // MARK: A broker that goes

  /// Whoever has asked is served before it goes.
  @Test func whoAskedBeforeTheEndIsServed() throws {
    scene.broker.signal(SIGSTOP)
    let asked = try (0..<30).map { _ in
      let connection = try scene.connect()
      try connection.ask(["--br=br0"])
      return connection
    }
    let taken = try scene.connect()
    scene.broker.signal(SIGCONT)
    // All are in once the last is answered.
    try scene.expectGrant(try #require(try asked[29].receive()))
    scene.broker.signal(SIGTERM)
    #expect(try scene.broker.wait() == .exited(0))
    for connection in asked.dropLast() {
      try scene.expectGrant(try #require(try connection.receive()))
    }
    #expect(try taken.receive()?.bytes == [], "who has not asked is hung up on")
  }

  /// Neither one whom a child has accepted nor one whom the broker has keeps it from going.
  @Test func nobodyWaitsForTheSilentAtTheEnd() throws {
    let silent = try (0..<2).map { _ in try scene.connect() }
    let deadline = Deadline(after: .patience)
    while try scene.descriptorCount() == 8, deadline.milliseconds > 0 { sched_yield() }
    let start = ContinuousClock.now
    scene.broker.signal(SIGTERM)
    for connection in silent { #expect(try connection.receive()?.bytes == []) }
    #expect(try scene.broker.wait() == .exited(0))
    #expect(ContinuousClock.now - start < .milliseconds(4900), "the silent were waited for")
  }

  @Test func theHelperWaitsForNoBrokerForEver() throws {
    try scene.testbed.output(["mv", BrokerScene.socket, "/run/tapster/moved"])
    let deaf = try OpenDescriptor.listening(at: scene.testbed.root + BrokerScene.socket)
    let start = ContinuousClock.now
    let outcome = try scene.testbed.requestTap(
      ["--br=br0"], helper: BrokerScene.plainHelper, timeout: .seconds(120))
    #expect(outcome.helper.status == ExitStatus.failure.rawValue, "\(outcome)")
    #expect(outcome.helper.error.contains("the broker did not answer"), "\(outcome)")
    #expect(ContinuousClock.now - start >= .seconds(29))
    withExtendedLifetime(deaf) {}
  }
}
