public import AccessControl
internal import LinuxTypes

/// Why a change of an access control list cannot be made.
public enum ACLEditError: Error, Equatable, Sendable {
  /// The file has no line of that number.
  case noSuchLine(Int, last: Int)
  /// There is no rule among the words.
  case noRule
  /// The words are an include.
  case include
  /// The words have a control character in them, or are not UTF-8.
  case unprintable
  /// The words are not a rule; maybe it is known what was meant.
  case syntax(ACLSyntaxError, hint: String?)
}

extension ACLEditError: CustomStringConvertible {
  /// What is wrong, in words.
  public var description: String {
    switch self {
    case .noSuchLine(let number, let last):
      "there is no line \(number); the last is \(last)"
    case .noRule: "the rule is missing: allow BRIDGE user=NAME, for example"
    case .include: "an include is no rule; an editor can write it"
    case .unprintable: "a rule has no control characters, and is UTF-8"
    case .syntax(let error, let hint):
      error.problem.description + (hint.map { "; \($0)" } ?? "")
    }
  }
}
