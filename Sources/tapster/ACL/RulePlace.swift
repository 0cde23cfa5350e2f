internal import LinuxTypes
internal import TapBroker

/// `LINE` or `FILE:LINE`, as acl-list prints it.
struct RulePlace {
  let file: FilePath?
  let line: Int

  /// Takes a place, or returns nil if `text` is something else.
  init?(_ text: String) {
    let colon = text.lastIndex(of: ":")
    let number = colon.map { text[text.index(after: $0)...] } ?? text[...]
    guard let line = DecimalNumber.parse(number.utf8), line >= 1 else { return nil }
    var file: FilePath?
    if let colon {
      guard let path = FilePath(Array(text[..<colon].utf8)) else { return nil }
      file = path
    }
    self.file = file
    self.line = Int(line)
  }

  /// Takes a place. Throws if `text` is none.
  init(line text: String) throws(Failure) {
    guard let place = RulePlace(text) else {
      throw Failure(
        ["'\(PrintableText.escape(text.utf8))' is no line"],
        advice: "it is a number, or FILE:LINE as tapster acl-list tells",
        status: ExitStatus.usage.rawValue)
    }
    self = place
  }
}
