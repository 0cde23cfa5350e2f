internal import CommandSyntax
internal import NetworkEngine
internal import NetworkModel

/// The answer to a shell that completes a command line (``CommandSyntax/Shell``).
enum NetworkCompletion {
  /// What may stand for the last of `words`: a line each, or `:files`.
  ///
  /// Of a last word `--option=value` the value is completed, and the option stays in front.
  static func answer(_ words: [String]) -> String {
    if let last = words.last, last.hasPrefix("--"), let equals = last.firstIndex(of: "=") {
      let option = String(last[..<equals])
      let values = answer(words.dropLast() + [option, String(last[last.index(after: equals)...])])
      if values == ":files\n" { return values }
      return values.split(separator: "\n").map { "\(option)=\($0)\n" }.joined()
    }
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
