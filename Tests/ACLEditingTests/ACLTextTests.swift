import ACLEditing
import Testing

private func text(_ string: String) -> ACLText { ACLText(Array(string.utf8)) }

extension ACLText {
  fileprivate var string: String { String(decoding: bytes, as: UTF8.self) }
}

@Suite struct ACLTextTests {
  @Test(
    arguments: [
      // At the end.
      ("", nil, "x\n"), ("a\n", nil, "a\nx\n"), ("a", nil, "a\nx"), ("a\n\n", nil, "a\n\nx\n"),
      ("\n", nil, "\nx\n"), ("# c", nil, "# c\nx"), ("a\r\n", nil, "a\r\nx\r\n"),
      ("a\r\nb", nil, "a\r\nb\r\nx"), ("a\r\nb\n", nil, "a\r\nb\nx\n"),
      // Before a line.
      ("a\n", 1, "x\na\n"), ("a", 1, "x\na"), ("a\nb\n", 2, "a\nx\nb\n"), ("a\nb", 2, "a\nx\nb"),
      ("a\r\nb", 2, "a\r\nx\r\nb"), ("a\r\nb\r\n", 1, "x\r\na\r\nb\r\n"), ("\n\n", 2, "\nx\n\n"),
      ("a\0\n\u{FEFF}\n", 2, "a\0\nx\n\u{FEFF}\n"),
    ] as [(String, Int?, String)])
  func aLineMore(before: String, line: Int?, after: String) throws {
    #expect(try text(before).inserting(Array("x".utf8), before: line).string == after)
  }

  @Test(
    arguments: [
      ("a\n", 1, ""), ("a", 1, ""), ("a\nb\nc\n", 2, "a\nc\n"), ("a\nb", 2, "a"),
      ("a\nb", 1, "b"), ("a\r\nb", 2, "a"), ("a\r\nb\r\n", 1, "b\r\n"), ("\n\n", 1, "\n"),
      ("a\n\n", 2, "a\n"), ("# c\n  allow x\t\n", 1, "  allow x\t\n"),
    ] as [(String, Int, String)])
  func aLineLess(before: String, line: Int, after: String) throws {
    #expect(try text(before).removing(line).string == after)
  }

  @Test(arguments: [("", 1), ("", 0), ("a\n", 2), ("a\nb", 3), ("a\n", -1), ("a", Int.max)])
  func aLineThatIsNotThere(string: String, line: Int) {
    let text = text(string)
    let error = ACLEditError.noSuchLine(line, last: text.lineCount)
    #expect(text.line(line) == nil)
    #expect(throws: error) { try text.removing(line) }
    #expect(throws: error) { try text.inserting([], before: line) }
  }

  /// What is added is taken away again, wherever, whatever the rest is: nothing is left of it.
  @Test func removingUndoesAdding() throws {
    var random = SplitMix(seed: 20_261_121)
    for _ in 0..<2000 {
      let alphabet = Array("ab# \t\r\n\n\0\u{FF}".utf8)
      let text = ACLText(
        (0..<Int.random(in: 0...40, using: &random)).map { _ in
          alphabet[Int.random(in: alphabet.indices, using: &random)]
        })
      let line =
        text.lineCount == 0 || Bool.random(using: &random)
        ? nil : Int.random(in: 1...text.lineCount, using: &random)
      let added = try text.inserting(Array("allow br0".utf8), before: line)
      let number = line ?? text.lineCount + 1
      #expect(added.lineCount == text.lineCount + 1)
      let found = try #require(added.line(number))
      #expect(found.prefix(9).elementsEqual("allow br0".utf8), "\(text.bytes) \(number)")
      // A carriage return at the very end has become part of a line's end.
      if text.bytes.last != 0x0D || line != nil {
        #expect(try added.removing(number) == text, "\(text.bytes) \(number)")
      }
    }
  }
}
