internal import CLinuxHost

/// How wide text is on a terminal.
public enum DisplayWidth {
  /// How many columns `text` takes: two for an ideograph, none for a combining accent.
  public static func of(_ text: String) -> Int {
    let bytes = text.utf8
    if bytes.allSatisfy({ $0 < 0x80 }) { return bytes.count }
    // SAFETY: the text is lent NUL-terminated for the call.
    return unsafe Int(text.withCString { unsafe clinux_display_width($0) })
  }
}
