/// An option as a command asks for it: its syntax, and a type that says what is got.
public protocol Option: Sendable {
  /// What it is called, and so on.
  var syntax: OptionSyntax { get }
}

/// An option that is there or not.
public struct Flag: Option {
  /// Its syntax.
  public let syntax: OptionSyntax

  /// A flag `--name`.
  public init(_ name: String, _ help: String) {
    syntax = OptionSyntax(
      name: name, kind: .flag, isRequired: false, isPositional: false, candidates: .none,
      help: help)
  }
}

/// A text that the command cannot do without.
public struct RequiredText: Option {
  /// Its syntax.
  public let syntax: OptionSyntax

  /// An option `[--name] <string>`.
  public init(_ name: String, _ help: String, candidates: OptionSyntax.Candidates = .none) {
    syntax = OptionSyntax(
      name: name, kind: .text, isRequired: true, isPositional: true, candidates: candidates,
      help: help)
  }
}

/// A text that may be left out.
public struct Text: Option {
  /// Its syntax.
  public let syntax: OptionSyntax

  /// An option `--name <string>`; if it is positional, the value alone is enough.
  public init(
    _ name: String, _ help: String, isPositional: Bool = true,
    candidates: OptionSyntax.Candidates = .none
  ) {
    syntax = OptionSyntax(
      name: name, kind: .text, isRequired: false, isPositional: isPositional,
      candidates: candidates, help: help)
  }
}

/// A text that the command cannot do without unless a flag is there.
public struct TextOr: Option {
  /// Its syntax.
  public let syntax: OptionSyntax

  /// An option `[--name] <string>`, which `flag` does instead of.
  public init(
    _ name: String, or flag: Flag, _ help: String, candidates: OptionSyntax.Candidates = .none
  ) {
    syntax = OptionSyntax(
      name: name, kind: .text, isRequired: true, alternative: flag.syntax.name, isPositional: true,
      candidates: candidates, help: help)
  }
}

/// Texts of which the command needs one at least, each by the option's name.
public struct Texts: Option {
  /// Its syntax.
  public let syntax: OptionSyntax

  /// An option `--name <string>`, which may be given several times.
  public init(_ name: String, _ help: String, candidates: OptionSyntax.Candidates = .none) {
    syntax = OptionSyntax(
      name: name, kind: .text, isRequired: true, isPositional: false, isRepeatable: true,
      candidates: candidates, help: help)
  }
}

/// A whole number that may be left out.
public struct Number: Option {
  /// Its syntax.
  public let syntax: OptionSyntax

  /// An option `--name <number>`; if it is positional, the value alone is enough.
  public init(_ name: String, _ help: String, isPositional: Bool = true) {
    syntax = OptionSyntax(
      name: name, kind: .number, isRequired: false, isPositional: isPositional, candidates: .none,
      help: help)
  }
}

/// All words that follow.
public struct Words: Option {
  /// Its syntax.
  public let syntax: OptionSyntax

  /// An option `[--name] <string>…`, the last of its command.
  public init(
    _ name: String, _ help: String, isRequired: Bool = false,
    candidates: OptionSyntax.Candidates = .none
  ) {
    syntax = OptionSyntax(
      name: name, kind: .words, isRequired: isRequired, isPositional: true,
      candidates: candidates, help: help)
  }
}
