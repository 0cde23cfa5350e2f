import ACLEditing
import AccessControl
import Testing

private func line(_ text: String) throws -> RuleLine { try RuleLine(Array(text.utf8)) }

@Suite struct RuleLineTests {
  @Test(
    arguments: [
      ("allow br0", "allow br0"), ("  allow\tbr0  ", "allow\tbr0"),
      ("deny all user=x # why not", "deny all user=x # why not"),
      ("allow br0 user=jürgen", "allow br0 user=jürgen"),
    ])
  func aRuleIsTakenAsItIsTyped(typed: String, text: String) throws {
    #expect(String(decoding: try line(typed).text, as: UTF8.self) == text)
  }

  @Test(
    arguments: [
      ("", .noRule), ("   ", .noRule), ("# nothing", .noRule), ("include x", .include),
      ("allow br0\nallow all", .unprintable), ("allow br0 # \u{1B}[2J", .unprintable),
      ("allow br0\0", .unprintable), ("allow br0 \u{FFFD}", .unprintable),
      ("allow br0\r", .unprintable), ("allow br0 # \u{85}", .unprintable),
    ] as [(String, ACLEditError)])
  func whatIsNoRuleIsRefused(typed: String, error: ACLEditError) {
    #expect(throws: error) { try line(typed) }
  }

  @Test(
    arguments: [
      ("alow br0", 1, "did you mean 'allow'?"), ("ALLOW br0", 1, "did you mean 'allow'?"),
      ("dney br0", 1, "did you mean 'deny'?"), ("forbid br0", 1, nil),
      ("allow br0 usr=ada", 11, "did you mean 'user'?"),
      ("allow br0 tap=2", 11, "did you mean 'taps'?"),
      ("allow br0 usre=ada", 11, "did you mean 'user'?"),
      ("allow br0 taps=2 isolate", 18, "did you mean 'isolated'?"),
      ("allow br0 persistent", 11, nil), ("allow br0 br1", 11, nil),
      ("allow br0 taps=0", 16, nil), ("deny br0 taps=1", 10, nil), ("allow", 6, nil),
    ] as [(String, Int, String?)])
  func whatIsWrongIsSaidWithItsPlace(typed: String, column: Int, hint: String?) throws {
    let error = #expect(throws: ACLEditError.self) { try line(typed) }
    guard case .syntax(let syntax, let said) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(syntax.line == 1 && syntax.column == column)
    #expect(said == hint)
  }

  @Test(
    arguments: [
      ("allow br0 user=ci", "allow br0 user=1007  # 1007: ci"),
      ("allow br0 user=ada,ci,ci2", "allow br0 user=ada,1007,88  # 1007: ci, 88: ci2"),
      ("allow br0 group=staff user=ci", "allow br0 group=900 user=1007  # 1007: ci, 900: staff"),
      ("allow br0 group=ci", "allow br0 group=ci"), ("allow ci", "allow ci"),
      ("deny br0 user=ci # builds", "deny br0 user=1007 # builds, 1007: ci"),
      ("allow br0 user=ada", "allow br0 user=ada"),
    ])
  func namesOfADirectoryBecomeNumbers(typed: String, text: String) throws {
    let numbered = try line(typed).numbered(
      users: [Array("ci".utf8): 1007, Array("ci2".utf8): 88],
      groups: [Array("staff".utf8): 900])
    #expect(String(decoding: numbered.text, as: UTF8.self) == text)
    #expect(try RuleLine(numbered.text) == numbered)
  }

  @Test(
    arguments: [
      ("allow br0 user=a,b taps=2", "allow   br0 taps=2 user=b,a # x", true),
      ("allow br0 queues=1", "allow br0", true), ("allow br0 user=a,a", "allow br0 user=a", true),
      ("allow br0 mac=52:54:0:0:0:1", "allow br0 mac=52:54:00:00:00:01", true),
      ("allow br0", "allow all", false), ("allow br0", "deny br0", false),
      ("allow br0 user=a", "allow br0 group=a", false), ("allow br0 user=a", "allow br0", false),
      ("allow br0 taps=1", "allow br0", false), ("allow br0 vhost", "allow br0", false),
      ("allow br0 isolated", "allow br0 persist", false),
      ("allow br0 mac=52:54:0:0:0:1", "allow br0 mac=52:54:0:0:0:2", false),
    ])
  func rulesAreComparedByWhatTheySay(first: String, second: String, areEqual: Bool) throws {
    let (first, second) = (try line(first).meaning, try line(second).meaning)
    #expect((first == second) == areEqual)
    #expect((second == first) == areEqual)
  }
}
