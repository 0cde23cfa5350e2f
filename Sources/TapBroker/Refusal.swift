public import AccessControl

/// How `tapster-helper` ends, as `<sysexits.h>` has it (`man 3 sysexits`).
public enum ExitStatus: Int32, Sendable {
  case success = 0
  /// The command line is wrong (EX_USAGE).
  case usage = 64
  /// There is no such bridge, or no /dev/net/tun (EX_UNAVAILABLE).
  case unavailable = 69
  /// Anything else went wrong (EX_SOFTWARE).
  case failure = 70
  /// The caller may not (EX_NOPERM).
  case notPermitted = 77
  /// The access control list is broken (EX_CONFIG).
  case brokenACL = 78
}

/// Why a request is not granted: one line that says what and why, and one that says what to do.
public struct Refusal: Error, Sendable {
  /// How the program ends.
  public let status: ExitStatus
  /// What was refused and why.
  public let reason: String
  /// What to do about it; empty where there is nothing to say.
  public let advice: String
  /// The rule that says no, if one does.
  public let rule: DecidingRule?

  /// A refusal of its parts.
  public init(
    _ status: ExitStatus, _ reason: String, advice: String = "", by rule: DecidingRule? = nil
  ) {
    self.status = status
    self.reason = reason
    self.advice = advice
    self.rule = rule
  }

  /// What goes to standard error: lines, each with its newline.
  public var message: String {
    "tapster-helper: \(reason)\n" + (advice.isEmpty ? "" : "  \(advice)\n")
  }
}
