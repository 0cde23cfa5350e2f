import TapBroker
import Testing

@Suite struct BrokerMessageTests {
  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test func argumentsSurviveTheWay() throws {
    let arguments = [bytes("--use-vnet"), [], [0xFF, 0x0A], bytes("--br=br0")]
    let message = try #require(BrokerRequest.message(arguments))
    #expect(message == bytes("--use-vnet\0\0") + [0xFF, 0x0A, 0] + bytes("--br=br0\0"))
    #expect(try BrokerRequest.arguments(message) == arguments)
  }

  /// Its number means nothing to the broker.
  @Test func theDescriptorStaysBehind() throws {
    let message = try #require(BrokerRequest.message([bytes("--fd=7"), bytes("--br=br0")]))
    #expect(message == bytes("--br=br0\0"))
  }

  @Test func aMessageHas4096Bytes() {
    #expect(BrokerRequest.message([Array(repeating: 65, count: 4095)])?.count == 4096)
    #expect(BrokerRequest.message([Array(repeating: 65, count: 4096)]) == nil)
  }

  @Test(arguments: ["", "--br=br0", "--br=br0\0--use-vnet"])
  func aMessageEndsWithANUL(text: String) {
    #expect(throws: HelperCommand.UsageError.self) { try BrokerRequest.arguments(bytes(text)) }
  }

  @Test func anAnswerSurvivesTheWay() throws {
    for status: TapBroker.ExitStatus in [.success, .usage, .notPermitted, .brokenACL] {
      let answer = try #require(Answer(message: Answer(status, "a line\n  another\n").message))
      #expect(answer.status == status)
      #expect(answer.text == "a line\n  another\n")
    }
    #expect(Answer(.success, "").message == [0], "what a helper sends beside a tap")
  }

  @Test func whatIsNoAnswer() {
    #expect(Answer(message: []) == nil)
    #expect(Answer(message: [1]) == nil)
    #expect(Answer(message: [255, 65]) == nil)
    let long = Answer(.usage, String(repeating: "x", count: 100_000)).message
    #expect(long.count == Answer.maximumMessage)
    #expect(Answer(message: long) != nil)
    #expect(Answer(message: long + [65]) == nil)
  }

  /// What root of a sandbox may put there goes to the user's terminal.
  @Test func nothingUnprintableReachesATerminal() {
    let answer = Answer(message: [64, 0x1B, 0x5B, 0x32, 0x4A, 0x0A, 0x00, 0xC3, 0xA4, 0x7F])
    #expect(answer?.text == "?[2J\n????")
  }

  @Test(arguments: [
    ("         0          0 4294967295\n", true), ("0 0 4294967295", true),
    ("0 0 65536\n65536 65536 4294901759\n", true), ("         0       1001          1\n", false),
    ("0 1001 1\n1 100000 65536\n", false), ("", false), ("x\n", false), ("0 0 4294967296\n", false),
  ])
  func aUserNamespaceThatKnowsAll(map: String, isWhole: Bool) {
    #expect(UnmappedIDs.isWhole(bytes(map)) == isWhole)
  }
}
