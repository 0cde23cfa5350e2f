import LinuxTypes
import Testing

@Suite struct InterfaceNameTests {
  @Test(arguments: ["a", "br0", "virbr0", "fifteen-bytes-x", "br.100", "...", "..x", "br#0", "é"])
  func takesWhatTheKernelTakes(text: String) {
    #expect(InterfaceName(text)?.bytes == Array(text.utf8))
  }

  @Test(arguments: [
    "", ".", "..", "sixteen-bytes-xx", "a/b", "br0:1", "br%d", "br0 ", " br0", "br0\n", "br0\t",
    "br\u{b}",
    "br\u{c}", "br\r", "\u{1b}[31m", "br\u{7f}", "br0\0", "\u{1}",
  ])
  func refusesWhatTheKernelRefusesOrChanges(text: String) {
    #expect(InterfaceName(text) == nil)
  }

  @Test func refusesTheNoBreakSpaceOfLatin1AlsoInsideUTF8() {
    #expect(InterfaceName([UInt8(ascii: "b"), 0xA0]) == nil)
    #expect(
      InterfaceName("\u{e0}") == nil,
      "its second byte is 0xA0, which isspace() of the kernel counts")
  }

  @Test func countsBytesNotCharacters() {
    #expect(InterfaceName(String(repeating: "é", count: 7)) != nil)
    #expect(InterfaceName(String(repeating: "é", count: 8)) == nil)
  }

  @Test func isShownEscaped() {
    #expect(InterfaceName("b\u{f6}")?.description == #"b\xc3\xb6"#)
  }
}
