/// What is wrong with the values of options, in virsh's words: the command finds out when it asks
/// for them.
public enum ValueError: Error, Equatable, Sendable {
  /// The value is an empty text.
  case empty(option: String)
  /// The value is no number of the range.
  case malformedNumber(String, option: String)
  /// Both are given, and only one may be.
  case exclusive(String, String)
}

extension ValueError: CustomStringConvertible {
  /// One line.
  public var description: String {
    switch self {
    case .empty(let name): "Failed to get option '\(name)': Option argument is empty"
    case .malformedNumber(let text, let name):
      "Numeric value '\(text)' for <\(name)> option is malformed or out of range"
    case .exclusive(let first, let second):
      "Options --\(first) and --\(second) are mutually exclusive"
    }
  }
}
