internal import LinuxHost

/// What a tree is drawn with.
struct Glyphs: Sendable {
  /// Three columns: the trunk beside what hangs on it.
  let trunk: String
  private let fork: String
  private let end: String
  /// What leads from a port to a guest.
  let arrow: String
  /// What stands for the rest of a text that is too long.
  let ellipsis: String
  /// Makes text of strangers fit for the terminal.
  let escape: @Sendable (String) -> String

  static let unicode = Glyphs(
    trunk: "│  ", fork: "├─ ", end: "└─ ", arrow: "→", ellipsis: "…",
    escape: StrangersText.terminal)
  static let ascii = Glyphs(
    trunk: "|  ", fork: "|- ", end: "`- ", arrow: "->", ellipsis: "...",
    escape: StrangersText.ascii)

  /// What stands before the first line of a branch, and before its others.
  func branch(isLast: Bool) -> (first: String, next: String) {
    isLast ? (end, "   ") : (fork, trunk)
  }

  /// The text in so many columns: filled up, or cut.
  func padded(_ text: String, _ width: Int) -> String {
    let cut = StrangersText.cut(text, to: width, mark: ellipsis)
    return cut + String(repeating: " ", count: max(0, width - DisplayWidth.of(cut)))
  }
}
