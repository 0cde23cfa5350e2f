import LinuxTypes
import Testing

@Suite struct PrintableTextTests {
  @Test(arguments: [
    ("plain text ~ \"'$`", "plain text ~ \"'$`"), ("", ""), ("a\\b", #"a\\b"#),
    ("a\nb", #"a\x0ab"#),
    ("\u{1b}[2J", #"\x1b[2J"#), ("\0\u{7f}", #"\x00\x7f"#), ("é", #"\xc3\xa9"#),
  ])
  func leavesOnlyPrintableASCII(text: String, escaped: String) {
    #expect(PrintableText.escape(text.utf8) == escaped)
  }

  @Test func everyByteComesOutPrintable() {
    let escaped = PrintableText.escape(UInt8.min...UInt8.max)
    #expect(escaped.utf8.allSatisfy { (0x20...0x7E).contains($0) })
    #expect(escaped.utf8.count == 95 + 1 + 161 * 4)
  }

  @Test func anExcerptIsSixtyFourBytes() {
    #expect(PrintableText.excerpt(Array(repeating: UInt8(ascii: "x"), count: 64)).utf8.count == 64)
    let long = PrintableText.excerpt(Array(repeating: UInt8(ascii: "x"), count: 131_072))
    #expect(long == String(repeating: "x", count: 64) + "...")
  }
}
