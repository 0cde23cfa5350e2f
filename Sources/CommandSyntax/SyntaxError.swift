/// What is wrong with a command line, in virsh's words.
public enum SyntaxError: Error, Equatable, Sendable {
  /// No command is called that.
  case unknownCommand(String)
  /// The program has no such option.
  case unknownGlobalOption(String)
  /// The command has no such option.
  case unknownOption(String, command: String)
  /// A word that belongs to no option.
  case unexpectedWord(String)
  /// A flag was given a value.
  case unexpectedValue(option: String)
  /// An option was given twice.
  case repeated(option: String)
  /// The value of an option is missing.
  case missingValue(option: String, word: String)
  /// Options that the command cannot do without are not there.
  case missing([String], command: String)
}

extension SyntaxError: CustomStringConvertible {
  /// One or more lines.
  public var description: String {
    switch self {
    case .unknownCommand(let name): "unknown command: '\(name)'"
    case .unknownGlobalOption(let word): "unsupported option '\(word)'. See --help."
    case .unknownOption(let name, let command):
      "command '\(command)' doesn't support option --\(name)"
    case .unexpectedWord(let word): "unexpected data '\(word)'"
    case .unexpectedValue(let name): "invalid '=' after option --\(name)"
    case .repeated(let name): "option --\(name) already seen"
    case .missingValue(let name, let word): "expected syntax: --\(name) \(word)"
    case .missing(let names, let command):
      names.map { "command '\(command)' requires <\($0)> option" }.joined(separator: "\n")
    }
  }
}
