/// A word of a command that a person may paste into a shell.
public enum ShellWord {
  /// The word as a shell takes it: as it is if every byte is a letter, a digit, `_`, `-` or `.`,
  /// else in single quotes (POSIX.1-2024, Shell Command Language, 2.2.2). Control characters are
  /// shown as ``PrintableText/line(_:)`` shows them, so that the command stays one line.
  public static func quote(_ word: String) -> String {
    let line = PrintableText.line(word)
    if !line.isEmpty, line.utf8.allSatisfy(isPlain) { return line }
    var quoted = Array("'".utf8)
    for byte in line.utf8 {
      if byte == UInt8(ascii: "'") { quoted += Array("'\\'".utf8) }
      quoted.append(byte)
    }
    return String(decoding: quoted + Array("'".utf8), as: UTF8.self)
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"), UInt8(ascii: "-"),
      UInt8(ascii: "."):
      true
    default: false
    }
  }
}
