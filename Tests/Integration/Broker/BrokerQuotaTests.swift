import TestSupport
import Testing

/// A rule's limits, asked of the broker and of set-user-ID helpers at once: it is one count.
@Suite(.requiresHelper, .timeLimit(.minutes(10)))
struct BrokerQuotaTests {
  private let scene: BrokerScene

  init() throws { scene = try BrokerScene(acl: "allow br0 taps=4\n") }

  @Test(arguments: 1...3)
  func fortyRacersGetFour(round: Int) throws {
    var processes: [(process: RunningProcess, socket: OpenDescriptor)] = []
    var connections: [MessageConnection] = []
    for _ in 0..<20 {
      let (own, theirs) = try OpenDescriptor.socketPair()
      var command = try scene.testbed.command([Testbed.helper, "--br=br0", "--fd=3"], as: .build)
      command.descriptors[3] = theirs
      processes.append((try command.start(), own))
      let connection = try scene.connect()
      try connection.ask(["--br=br0"])
      connections.append(connection)
    }
    var taps: [OpenDescriptor] = []
    for racer in processes {
      let ending = try racer.process.wait()
      let outcome = try TapOutcome(helper: try Command(["true"]).run(), socket: racer.socket)
      #expect(
        ending == .exited(outcome.descriptors.isEmpty ? ExitStatus.notPermitted.rawValue : 0))
      taps += outcome.descriptors
    }
    for connection in connections {
      let answer = try #require(try connection.receive())
      if answer.bytes != [0] { scene.expectRefusal(answer, .notPermitted, "4 of 4 taps that") }
      taps += answer.descriptors
    }
    #expect(taps.count == 4, "round \(round)")
    #expect(
      try Set(taps.map { try $0.tapName() }) == [
        "taprt-2-0", "taprt-2-1", "taprt-2-2", "taprt-2-3",
      ])
  }

  @Test func whatOneGaveCountsForTheOther() throws {
    try scene.scene.write("allow br0 taps=1\n")
    let first = try scene.expectGrant(try scene.ask(["--br=br0"]))
    let second = try scene.testbed.requestTap(["--br=br0"])
    #expect(second.helper.status == ExitStatus.notPermitted.rawValue, "\(second)")
    for tap in first { tap.close() }
    try scene.scene.expectNoTaps()
    let third = try scene.testbed.requestTap(["--br=br0"])
    try scene.scene.expectGrant(third)
    scene.expectRefusal(try scene.ask(["--br=br0"]), .notPermitted, "1 of 1 taps that")
    try scene.expectGrant(try scene.ask(["--br=br0"], as: .stranger))
    withExtendedLifetime(third) {}
  }
}
