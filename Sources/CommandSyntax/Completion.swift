/// What a shell may offer for the last of some words.
public enum Completion {
  /// What is asked for.
  public enum Answer: Equatable, Sendable {
    /// One of these words.
    case words([String])
    /// The name of a file.
    case files
    /// The name of a network.
    case networks
    /// The name of a bridge.
    case bridges
    /// The name of a user.
    case users
    /// The next word of a rule of the access control list, of which these are there.
    case rule([String])
    /// The name of a tap.
    case taps
  }

  /// What may stand in place of the last of `words`, which are those behind the program's name; of
  /// `commands` the first word names one.
  public static func answer(_ words: [String], commands: [CommandSyntax]) -> Answer {
    guard words.count > 1, let name = words.first,
      let command = commands.first(where: { $0.name == name })
    else { return .words(commands.map(\.name)) }
    let last = words[words.count - 1]
    var values: Set<String> = []
    var expecting: OptionSyntax?
    var following: [String] = []
    for word in words[1..<(words.count - 1)] {
      if let option = expecting {
        values.insert(option.name)
        expecting = nil
      } else if word.hasPrefix("--") {
        let option = command.options.first { $0.name == String(word.dropFirst(2)) }
        if let option, option.takesValue {
          expecting = option
        } else if let option {
          values.insert(option.name)
        }
      } else if let option = positional(command, values) {
        if option.kind != .words { values.insert(option.name) } else { following.append(word) }
      }
    }
    if let expecting { return candidates(expecting, following) }
    if last.hasPrefix("-") {
      let free = command.options.filter { $0.isRepeatable || !values.contains($0.name) }
      return .words((free.map(\.name) + ["help"]).map { "--\($0)" })
    }
    guard let option = positional(command, values) else { return .words([]) }
    return candidates(option, following)
  }

  private static func positional(_ command: CommandSyntax, _ values: Set<String>) -> OptionSyntax? {
    command.options.first { $0.takesValue && $0.isPositional && !values.contains($0.name) }
  }

  private static func candidates(_ option: OptionSyntax, _ words: [String]) -> Answer {
    switch option.candidates {
    case .none: .words([])
    case .files: .files
    case .networks: .networks
    case .bridges: .bridges
    case .users: .users
    case .rule: .rule(words)
    case .taps: .taps
    case .words(let words): .words(words)
    }
  }
}
