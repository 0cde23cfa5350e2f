public import LinuxHost
public import LinuxTypes

/// Why there is no tap, or no list of them.
public enum TapClientError: Error, Sendable {
  /// The helper is not where it is looked for.
  case noHelper(FilePath?)
  /// The helper could not be run.
  case notRun(FileError)
  /// A signal ended the helper.
  case died
  /// The helper said no.
  case refused(HelperRefusal)
  /// The helper gave something else than was asked for.
  case odd(String)
  /// The kernel refused something, in words.
  case kernel(String)
}

extension TapClientError: CustomStringConvertible {
  /// A line or more.
  public var description: String {
    switch self {
    case .noHelper(let path?): "there is no '\(path)'"
    case .noHelper(nil): "where tapster-helper is cannot be told"
    case .notRun(let error): error.description
    case .died: "tapster-helper was ended by a signal"
    case .refused(let refusal): refusal.lines.joined(separator: "\n")
    case .odd(let what): "tapster-helper gave \(what)"
    case .kernel(let words): words
    }
  }

  /// What to do about it.
  public var advice: String? {
    switch self {
    case .noHelper, .notRun:
      "install tapster-helper, or say where it is: TAPSTER_HELPER=/path/to/tapster-helper"
    case .refused(let refusal): refusal.advice
    case .died, .odd, .kernel: nil
    }
  }

  /// The exit status that fits it: the helper's own, or else EX_SOFTWARE (`<sysexits.h>`).
  public var status: Int32 {
    if case .refused(let refusal) = self { return refusal.status }
    return 70
  }
}
