public import LinuxTypes

/// Something about an access control list that its administrator will want to know.
public struct ACLFinding: Hashable, Sendable {
  /// How bad it is.
  public enum Severity: String, Comparable, Sendable {
    /// It may be as it is meant to be.
    case note
    /// The list works, but not as it seems to say.
    case warning
    /// The list is broken: every request is refused.
    case error

    /// Orders from harmless to bad.
    public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

    private var rank: Int {
      switch self {
      case .note: 0
      case .warning: 1
      case .error: 2
      }
    }
  }

  /// How bad it is.
  public let severity: Severity
  /// What it is, in a word for programs.
  public let kind: String
  /// The file.
  public let file: FilePath
  /// The line, 1 for the first; nil if it is about the file.
  public let line: Int?
  /// The byte of the line, 1 for the first.
  public let column: Int
  /// What is wrong.
  public let message: String
  /// What can be done about it.
  public let advice: String?

  /// A finding of its parts.
  public init(
    _ severity: Severity, _ kind: String, _ file: FilePath, line: Int? = nil, column: Int = 1,
    _ message: String, advice: String? = nil
  ) {
    self.severity = severity
    self.kind = kind
    self.file = file
    self.line = line
    self.column = column
    self.message = message
    self.advice = advice
  }

  /// One about a rule, or about a byte of it.
  init(
    _ severity: Severity, _ kind: String, _ rule: ListedRule, at offset: Int = 0,
    _ message: String, advice: String? = nil
  ) {
    self.init(
      severity, kind, rule.file, line: rule.line, column: rule.column + offset, message,
      advice: advice)
  }
}
