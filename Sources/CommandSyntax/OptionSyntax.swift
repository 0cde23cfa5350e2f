/// One option of a command: what it is called, what follows it, and what it is for.
///
/// As in virsh, an option with a value may also be given by its value alone: such values belong to
/// the options in the order in which the command lists them.
public struct OptionSyntax: Equatable, Sendable {
  /// What follows the option.
  public enum Kind: String, Sendable {
    /// Nothing.
    case flag
    /// A text; virsh's word for it is `string`.
    case text = "string"
    /// A whole number.
    case number
    /// All that follows on the command line, if the option is given by its value alone.
    case words
  }

  /// What a shell may offer as the option's value.
  public enum Candidates: Equatable, Sendable {
    /// Nothing.
    case none
    /// Names of files.
    case files
    /// Names of networks.
    case networks
    /// Names of bridges.
    case bridges
    /// Names of users.
    case users
    /// The words of a rule of the access control list, one after the other.
    case rule
    /// Names of taps.
    case taps
    /// These.
    case words([String])
  }

  /// Without the hyphens.
  public let name: String
  /// What follows it.
  public let kind: Kind
  /// Whether the command cannot do without.
  public let isRequired: Bool
  /// A flag that does instead of a required option; nil if nothing does.
  public let alternative: String?
  /// Whether its value alone is enough.
  public let isPositional: Bool
  /// Whether it may be given several times.
  public let isRepeatable: Bool
  /// What may be its value.
  public let candidates: Candidates
  /// What it is for, in half a sentence.
  public let help: String

  /// Takes all of them.
  public init(
    name: String, kind: Kind, isRequired: Bool, alternative: String? = nil, isPositional: Bool,
    isRepeatable: Bool = false, candidates: Candidates, help: String
  ) {
    self.name = name
    self.kind = kind
    self.isRequired = isRequired
    self.alternative = alternative
    self.isPositional = isPositional
    self.isRepeatable = isRepeatable
    self.candidates = candidates
    self.help = help
  }

  /// Whether a value follows it.
  public var takesValue: Bool { kind != .flag }
  /// The word for its value in messages: `<string>` or `<number>`.
  public var valueWord: String { kind == .number ? "<number>" : "<string>" }
}
