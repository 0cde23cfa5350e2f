internal import LinuxHost
internal import LinuxTypes

/// Text of strangers, made fit for where it is drawn.
enum StrangersText {
  /// For a terminal that shows Unicode.
  static func terminal(_ text: String) -> String { TerminalText.escape(text) }

  /// For a terminal that shows ASCII: as ``PrintableText`` has it.
  static func ascii(_ text: String) -> String { PrintableText.escape(text.utf8) }

  private static let namesOfXML: [Unicode.Scalar: String] = [
    "&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;", "'": "&#39;",
  ]

  /// For XML, as text or as the value of an attribute.
  static func xml(_ text: String) -> String { TerminalText.escape(text) { namesOfXML[$0] } }

  private static let namesOfDot: [Unicode.Scalar: String] = [
    "&": "&amp;", "\"": "\\\"", "\\": "\\\\",
  ]

  /// For the inside of a quoted string of the dot language, where a backslash begins a code and `&`
  /// a name of HTML's.
  static func dot(_ text: String) -> String { TerminalText.escape(text) { namesOfDot[$0] } }

  /// As much of `text` as takes `columns` at most; with `mark` at its end if something is missing.
  static func cut(_ text: String, to columns: Int, mark: String) -> String {
    if DisplayWidth.of(text) <= columns { return text }
    let room = columns - DisplayWidth.of(mark)
    guard room > 0 else { return columns > 0 ? mark : "" }
    var kept = ""
    var width = 0
    for character in text {
      width += DisplayWidth.of(String(character))
      if width > room { break }
      kept.append(character)
    }
    return kept + mark
  }
}
