import TestSupport
import Testing

/// A helper without privilege, which has the broker do it, beside one that is set-user-ID root: in
/// what they answer nothing shows which it was.
@Suite(.requiresHelper, .timeLimit(.minutes(10)))
struct BrokerAnswersTests {
  private let scene: BrokerScene

  init() throws {
    scene = try BrokerScene(
      acl: """
        allow br0 taps=1 queues=2
        allow br1 user=build persist
        deny br1 group=students
        include /etc/tapster/more.conf

        """)
    try scene.testbed.write("/etc/tapster/more.conf", "allow br1 user=4242\n", mode: 0o600)
  }

  /// The same request, by set-user-ID and by the broker.
  private func both(
    _ arguments: [String], as caller: Credentials = .build
  ) throws -> (own: TapOutcome, broker: TapOutcome) {
    let own = try scene.testbed.requestTap(arguments, as: caller)
    for descriptor in own.descriptors { descriptor.close() }
    try scene.scene.expectNoTaps()
    let broker = try scene.testbed.requestTap(
      arguments, as: caller, helper: BrokerScene.plainHelper)
    return (own, broker)
  }

  @Test(arguments: [
    (["--br=br0"], 1), (["--use-vnet", "--br=br0"], 1), (["--br=br0", "--queues=2"], 2),
  ])
  func aGrant(arguments: [String], queues: Int) throws {
    let (own, broker) = try both(arguments)
    #expect(own.isGrant(of: queues), "\(own)")
    try scene.scene.expectGrant(broker, queues: queues)
    #expect(broker.helper.errorBytes.isEmpty && broker.helper.outputBytes.isEmpty, "\(broker)")
  }

  @Test(arguments: [
    (["--br=br1"], Credentials.student), (["--br=br1"], .stranger), (["--br=br9"], .build),
    (["--br=lo"], .build), (["--br=br0", "--queues=3"], .build), (["--br=br0", "--vhost"], .build),
    (["--br=br0", "--name=web0"], .build), (["--br=br0:1"], .build), (["--br="], .build),
    ([], .build), (["--br=br0", "--br=br0"], .build), (["--br=\u{1b}[2J"], .build),
  ])
  func aRefusal(arguments: [String], caller: Credentials) throws {
    let (own, broker) = try both(arguments, as: caller)
    #expect(own.isRefusal && broker.isRefusal, "\(own)\n\(broker)")
    #expect(own.helper.ending == broker.helper.ending)
    #expect(own.helper.error == broker.helper.error)
  }

  @Test func aListThatIsBroken() throws {
    try scene.scene.write("nonsense\n")
    let (own, broker) = try both(["--br=br0"])
    #expect(own.helper.status == ExitStatus.brokenACL.rawValue)
    #expect(broker.isRefusal && own.helper.ending == broker.helper.ending)
    #expect(own.helper.error == broker.helper.error)
  }

  /// Read with the caller's rights here as there.
  @Test func aListThatOnlyTheGroupMayRead() throws {
    try scene.testbed.output(["chgrp", "students", "/etc/tapster/more.conf"])
    try scene.testbed.output(["chmod", "640", "/etc/tapster/more.conf"])
    try scene.scene.write("include more.conf\n")
    try scene.testbed.write("/etc/tapster/more.conf", "allow br0\n", mode: 0o640)
    try scene.testbed.output(["chgrp", "students", "/etc/tapster/more.conf"])
    for (caller, isGranted) in [(Credentials.student, true), (.build, false)] {
      let (own, broker) = try both(["--br=br0"], as: caller)
      #expect(own.isGrant() == isGranted && broker.isGrant() == isGranted, "\(own)\n\(broker)")
      #expect(own.helper.error == broker.helper.error)
    }
  }

  /// Without privilege, what the broker would do is what counts.
  @Test(arguments: [
    (["--check", "--br=br0"], Credentials.build), (["--check", "--br=br1"], .build),
    (["--check", "--br=br1"], .student), (["--check", "--br=br9"], .build),
  ])
  func aCheck(arguments: [String], caller: Credentials) throws {
    let own = try scene.testbed.run([Testbed.helper] + arguments, as: caller)
    let broker = try scene.testbed.run([BrokerScene.plainHelper] + arguments, as: caller)
    #expect(own.ending == broker.ending)
    #expect(own.output == broker.output && own.error == broker.error)
    #expect(!own.output.isEmpty || !own.error.isEmpty)
  }

  @Test func aTapThatStays() throws {
    let made = try scene.testbed.run(
      [BrokerScene.plainHelper, "--br=br1", "--persist", "--name=web0"], as: .build)
    #expect(made.succeeded && made.output == "taprt-3-0\nweb0\n", "\(made)")
    #expect(try scene.scene.taps() == ["taprt-3-0"])
    let notHis = try scene.testbed.run(
      [BrokerScene.plainHelper, "--remove", "--name=web0"], as: .student)
    #expect(notHis.status == ExitStatus.notPermitted.rawValue, "\(notHis)")
    let removed = try scene.testbed.run(
      [BrokerScene.plainHelper, "--remove", "--name=web0"], as: .build)
    #expect(removed.succeeded && removed.error.isEmpty, "\(removed)")
    try scene.scene.expectNoTaps()
  }

  /// Nobody could be told of the tap: then it does not stay.
  @Test func aTapThatStaysForNobody() throws {
    let child = try TracedChild(of: scene, "ioctl", "delay_enter=300000:when=1")
    let connection = try scene.connect()
    try connection.ask(["--br=br1", "--persist"])
    connection.close()
    #expect(try child.awaitEnd().contains("TUNSETPERSIST"), "it had made the tap")
    try scene.awaitIdle()
    #expect(try scene.scene.taps() == [])
  }

  @Test func helpAndVersionAreTheHelpersOwn() throws {
    for option in ["--help", "--version"] {
      let said = try scene.testbed.run([BrokerScene.plainHelper, option], as: .build)
      #expect(said.succeeded && said.output.contains("tapster-helper"), "\(said)")
    }
  }

  @Test func withoutABrokerItIsSaidHowToStartOne() throws {
    scene.broker.signal(15)
    #expect(try scene.broker.wait() == .exited(0))
    let outcome = try scene.testbed.requestTap(["--br=br0"], helper: BrokerScene.plainHelper)
    try scene.scene.expectRefusal(outcome, .failure, "no broker answers")
    #expect(outcome.helper.error.contains("systemctl start tapster-broker.socket"), "\(outcome)")
    let check = try scene.testbed.run([BrokerScene.plainHelper, "--check", "--br=br0"], as: .build)
    #expect(check.succeeded && check.output.contains("allowed by"), "\(check)")
  }
}
