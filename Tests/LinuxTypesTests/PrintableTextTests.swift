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

  @Test(arguments: [
    ("Größe 2\\3 \"東京\" 👍🏽", "Größe 2\\3 \"東京\" 👍🏽"), ("", ""),
    ("a\u{1B}[31m\r\u{7F}", #"a\x1b[31m\x0d\x7f"#), ("a\u{9B}2Jb\u{80}", #"a\xc2\x9b2Jb\xc2\x80"#),
    ("\u{2028}\u{2029}", #"\xe2\x80\xa8\xe2\x80\xa9"#), ("\u{A0}", "\u{A0}"),
  ])
  func aLineKeepsItsLanguageAndLosesItsControls(text: String, escaped: String) {
    #expect(PrintableText.line(text) == escaped)
    #expect(PrintableText.line(PrintableText.line(text)) == escaped)
  }

  @Test func onlyLinesKeepTheirEndsAndTabs() {
    #expect(PrintableText.line("a\tb\n") == #"a\x09b\x0a"#)
    #expect(PrintableText.lines("a\tb\n\u{1B}c") == "a\tb\n" + #"\x1bc"#)
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
