/// The words behind a command's name, given to its options.
public struct Arguments: Sendable {
  /// Whether `--help` is among them; then nothing else has to be.
  public let wantsHelp: Bool
  private let values: [String: [String]]

  /// Gives `words` to the options of `command`, by virsh's rules.
  ///
  /// `--name value` and `--name=value` mean the same. Behind `--` no word is an option. A word that
  /// is none is the value of the first option that may be given so and has no value yet. Throws
  /// the first thing that is wrong.
  public init(parsing words: some Sequence<String>, as command: CommandSyntax) throws(SyntaxError) {
    var values: [String: [String]] = [:]
    var wantsHelp = false
    var takesOptions = true
    var rest = words.makeIterator()
    while let word = rest.next() {
      if takesOptions, word == "--" {
        takesOptions = false
      } else if takesOptions, word.hasPrefix("--") {
        let equals = word.firstIndex(of: "=")
        let name = String(word[..<(equals ?? word.endIndex)].dropFirst(2))
        guard let option = command.options.first(where: { $0.name == name }) ?? Self.help(name)
        else { throw .unknownOption(name, command: command.name) }
        if values[name] != nil, !option.isRepeatable { throw .repeated(option: name) }
        if !option.takesValue {
          if equals != nil { throw .unexpectedValue(option: name) }
          values[name] = [""]
          if option == Self.helpOption { wantsHelp = true }
        } else if let equals {
          values[name, default: []].append(String(word[word.index(after: equals)...]))
        } else {
          guard let value = rest.next() else {
            throw .missingValue(option: name, word: option.valueWord)
          }
          values[name, default: []].append(value)
        }
      } else {
        let option = command.options.first {
          $0.takesValue && $0.isPositional && (values[$0.name] == nil || $0.kind == .words)
        }
        guard let option else { throw .unexpectedWord(word) }
        values[option.name, default: []].append(word)
      }
    }
    if !wantsHelp {
      let missing = command.options.filter {
        $0.isRequired && values[$0.name] == nil && values[$0.alternative ?? $0.name] == nil
      }
      if !missing.isEmpty { throw .missing(missing.map(\.name), command: command.name) }
    }
    self.wantsHelp = wantsHelp
    self.values = values
  }

  private static let helpOption = OptionSyntax(
    name: "help", kind: .flag, isRequired: false, isPositional: false, candidates: .none,
    help: "print this help")

  private static func help(_ name: String) -> OptionSyntax? { name == "help" ? helpOption : nil }

  /// Whether the flag is there.
  public subscript(_ flag: Flag) -> Bool { values[flag.syntax.name] != nil }

  /// The text. Throws if it is empty.
  public subscript(_ option: RequiredText) -> String {
    get throws(ValueError) {
      guard let text = try text(option.syntax) else {
        preconditionFailure("an option that its command does not list, or help is wanted")
      }
      return text
    }
  }

  /// The text, or nil if it is not there. Throws if it is empty.
  public subscript(_ option: Text) -> String? {
    get throws(ValueError) { try text(option.syntax) }
  }

  /// The text, or nil if it is not there. Throws if it is empty.
  public subscript(_ option: TextOr) -> String? {
    get throws(ValueError) { try text(option.syntax) }
  }

  /// The texts, in their order. Throws if one is empty.
  public subscript(_ option: Texts) -> [String] {
    get throws(ValueError) {
      let texts = values[option.syntax.name] ?? []
      if texts.contains("") { throw .empty(option: option.syntax.name) }
      return texts
    }
  }

  /// The number, or nil if it is not there. Throws if it is none that fits in 32 bits.
  public subscript(_ option: Number) -> Int32? {
    get throws(ValueError) {
      guard let text = values[option.syntax.name]?.first else { return nil }
      guard let number = Int32(text) else {
        throw .malformedNumber(text, option: option.syntax.name)
      }
      return number
    }
  }

  /// The words, or nil if there are none.
  public subscript(_ option: Words) -> [String]? { values[option.syntax.name] }

  /// Throws if both are there.
  public func exclude(_ first: Flag, _ second: any Option) throws(ValueError) {
    if self[first], values[second.syntax.name] != nil {
      throw .exclusive(first.syntax.name, second.syntax.name)
    }
  }

  private func text(_ option: OptionSyntax) throws(ValueError) -> String? {
    guard let text = values[option.name]?.first else { return nil }
    if text.isEmpty { throw .empty(option: option.name) }
    return text
  }
}
