/// Bytes of a stranger, made fit for a terminal or a log.
public enum PrintableText {
  /// Printable ASCII is kept; a backslash is doubled; any other byte becomes `\xHH`.
  ///
  /// So one line stays one line, and no escape sequence reaches the reader's terminal.
  public static func escape(_ bytes: some Sequence<UInt8>) -> String {
    var text: [UInt8] = []
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "\\"): text += [byte, byte]
      case 0x20...0x7E: text.append(byte)
      default:
        text += [UInt8(ascii: "\\"), UInt8(ascii: "x"), digit(byte >> 4), digit(byte & 0xF)]
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// As ``escape(_:)``, of no more than the first 64 bytes, with `...` for the rest.
  public static func excerpt(_ bytes: some Collection<UInt8>) -> String {
    bytes.count <= 64 ? escape(bytes) : escape(bytes.prefix(64)) + "..."
  }

  /// Text of a person in any language, of which each control character (of C0 and C1, and U+2028
  /// and U+2029, which end lines) becomes `\xHH` for every byte of its UTF-8.
  public static func line(_ text: String) -> String { escapeControls(text, keepingLines: false) }

  /// As ``line(_:)``, but tabs and the ends of lines are kept.
  public static func lines(_ text: String) -> String { escapeControls(text, keepingLines: true) }

  private static func escapeControls(_ text: String, keepingLines: Bool) -> String {
    // Most text has none, and is not copied.
    if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text }
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x09, 0x0A:
        if keepingLines {
          escaped.unicodeScalars.append(scalar)
        } else {
          escaped += escape([UInt8(scalar.value)])
        }
      case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029: escaped += escape(String(scalar).utf8)
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + (value - 10)
  }
}
