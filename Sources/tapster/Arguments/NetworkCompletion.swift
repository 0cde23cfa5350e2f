internal import CommandSyntax
internal import NetworkEngine
internal import NetworkModel

/// The answer to a shell that completes a command line (``CommandSyntax/Shell``).
enum NetworkCompletion {
  /// What may stand for the last of `words`: a line each, or `:files`.
  static func answer(_ words: [String]) -> String {
    let lines: [String] =
      switch Completion.answer(words, commands: Commands.all.map { $0.syntax }) {
      case .words(let words): words
      case .files: [":files"]
      // Whoever may not list them has none to choose from.
      case .networks: ((try? NetworkSummary.all()) ?? []).map(\.name.text)
      case .bridges: HostCompletion.bridges
      case .users: HostCompletion.users
      case .rule(let words): HostCompletion.rule(after: words)
      case .taps: TapCompletion.taps
      }
    return lines.map { $0 + "\n" }.joined()
  }
}
