import LinuxTypes
import TapBroker
import Testing

@Suite struct TapMarkTests {
  private func mark(rule: String, since: Int64 = 1_795_281_234) throws -> TapMark {
    TapMark(user: try #require(UserID(1001)), since: since, rule: rule)
  }

  @Test(arguments: ["/etc/tapster/acl.conf:8", "/etc/with a space:1", "/etc/x\\\\y\\xff:12"])
  func isReadAsItIsWritten(rule: String) throws {
    let mark = try mark(rule: rule)
    #expect(mark.alias == Array("tapster uid=1001 since=1795281234 rule=\(rule)".utf8))
    #expect(TapMark(mark.alias) == mark)
  }

  @Test func aRuleThatDoesNotFitIsLeftOut() throws {
    let head = "tapster uid=1001 since=1795281234"
    let room = TapMark.maximumLength - "\(head) rule=".utf8.count
    let longest = try mark(rule: String(repeating: "x", count: room))
    #expect(longest.alias.count == 255)
    #expect(TapMark(longest.alias) == longest)
    let over = try mark(rule: String(repeating: "x", count: room + 1))
    #expect(over.alias == Array(head.utf8))
    #expect(TapMark(over.alias)?.rule == [])
  }

  @Test(arguments: [Int64(-1), 4_294_967_296])
  func aTimeThatDoesNotFitIsNone(since: Int64) throws {
    #expect(try mark(rule: "", since: since).since == 0)
  }

  @Test(arguments: [
    "", "tapster", "tapster uid=1001", "tapster since=1 uid=1001", "tapster uid=01 since=1",
    "tapster uid=4294967295 since=1", "tapster uid=-1 since=1", "tapster uid=1001 since=x",
    "tapsterx uid=1001 since=1", "tapster: isolated ports", "tapster uid=1001  since=",
  ])
  func whatIsNotOursIsNone(alias: String) { #expect(TapMark(Array(alias.utf8)) == nil) }

  @Test func whatIsNotPrintableIsNotRepeated() {
    let mark = TapMark(Array("tapster uid=1 since=2 rule=\u{1b}[2J".utf8))
    #expect(mark?.rule == [])
    #expect(mark?.since == 2)
  }
}
