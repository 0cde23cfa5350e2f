/// What a command is called, what it takes, and what it is for.
public struct CommandSyntax: Sendable {
  /// The word that it is called by.
  public let name: String
  /// What it does, in half a sentence that begins with a small letter.
  public let abstract: String
  /// What it does, in whole sentences.
  public let description: String
  /// What it takes, in the order in which values without an option's name are given out.
  public let options: [OptionSyntax]

  /// Takes all of them.
  public init(
    _ name: String, _ abstract: String, _ description: String, _ options: [any Option]
  ) {
    self.name = name
    self.abstract = abstract
    self.description = description
    self.options = options.map(\.syntax)
  }

  /// `net-info <network> [--json]`
  public var synopsis: String {
    var words = [name]
    let alternatives = options.compactMap(\.alternative)
    for option in options where !alternatives.contains(option.name) {
      switch (option.kind, option.isRequired) {
      case (.flag, _): words.append("[--\(option.name)]")
      case (.words, _): words.append("[[--\(option.name)] <string>]...")
      case (_, true) where option.isRepeatable:
        words.append("{--\(option.name) \(option.valueWord)}...")
      case (_, true) where !option.isPositional:
        words.append("--\(option.name) \(option.valueWord)")
      case (_, true):
        words.append(
          option.alternative.map { "{<\(option.name)> | --\($0)}" } ?? "<\(option.name)>")
      case (_, false): words.append("[--\(option.name) \(option.valueWord)]")
      }
    }
    return words.joined(separator: " ")
  }

  /// What `--help` shows.
  public var help: String {
    var lines = ["  NAME", "    \(name) - \(abstract)", "", "  SYNOPSIS", "    \(synopsis)"]
    lines += ["", "  DESCRIPTION"] + description.split(separator: "\n").map { "    \($0)" }
    if !options.isEmpty {
      lines += ["", "  OPTIONS"]
      for option in options {
        let word: String =
          switch option.kind {
          case .flag: "--\(option.name)"
          case _ where option.isPositional && option.isRequired || option.kind == .words:
            "[--\(option.name)] \(option.valueWord)"
          default: "--\(option.name) \(option.valueWord)"
          }
        lines.append(
          "    \(word)\(String(repeating: " ", count: max(0, 15 - word.utf8.count)))  \(option.help)"
        )
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
