/// Text of strangers for a terminal that shows Unicode; ``PrintableText`` is for one of ASCII.
public enum TerminalText {
  /// What has a shape of its own is kept, and anything that controls the terminal or the order of
  /// the text is written `(U+HEX)`; so one line stays one line. A scalar for which `replacement`
  /// has something is replaced by that.
  public static func escape(
    _ text: String, _ replacement: (Unicode.Scalar) -> String? = { _ in nil }
  ) -> String {
    var escaped = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if let other = replacement(scalar) {
        escaped.append(contentsOf: other.unicodeScalars)
      } else if hasShape(scalar) {
        escaped.append(scalar)
      } else {
        let code = "(U+\(String(scalar.value, radix: 16, uppercase: true)))"
        escaped.append(contentsOf: code.unicodeScalars)
      }
    }
    return String(escaped)
  }

  /// Whether a scalar is seen, and does nothing to its neighbours but, as an accent, stand on one.
  private static func hasShape(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return (0x20...0x7E).contains(scalar.value) }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
      .paragraphSeparator, .spaceSeparator, .enclosingMark:
      return false
    // Joiners and variation selectors among them.
    default: return !scalar.properties.isDefaultIgnorableCodePoint
    }
  }
}
