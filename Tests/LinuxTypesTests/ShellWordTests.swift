import LinuxTypes
import TestSupport
import Testing

struct ShellWordTests {
  @Test(arguments: ["virbr0", "br-lan_2.5"])
  func plainNamesStayAsTheyAre(name: String) {
    #expect(ShellWord.quote(name) == name)
  }

  /// A shell gives the word back, and does nothing else.
  @Test(arguments: [
    "y;reboot", "$(id)", "`id`", "it's", "''", "", "a b", "*", "~", "-n\\", "café", "a\"b", "#x",
    "!!",
  ])
  func aShellTakesThemForOneWord(name: String) throws {
    for shell in ["sh", "bash"] {
      let said = try Command([shell, "-c", "printf '<%s>' \(ShellWord.quote(name))"]).run()
        .checked()
      #expect(said.output == "<\(name)>")
    }
  }

  @Test func aCommandStaysOneLine() {
    #expect(ShellWord.quote("a\nreboot\u{9B}") == #"'a\x0areboot\xc2\x9b'"#)
  }
}
