internal import CommandSyntax

/// What `tapster --help` shows, and where to look after a mistake.
enum Help {
  static var overview: String {
    var lines = [
      "usage: tapster [--quiet] <command> [<argument>]...", "",
      "Virtual networks and taps for unprivileged users.", "", "Commands:",
    ]
    for command in Commands.all {
      let syntax = command.syntax
      let space = String(repeating: " ", count: max(1, 18 - syntax.name.utf8.count))
      lines.append("  \(syntax.name)\(space)\(syntax.abstract)")
    }
    lines += [
      "", "tapster <command> --help tells more of one; man tapster of all.",
      "tapster --generate-completion-script bash|zsh|fish prints what a shell completes by.",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  /// What to do about a command line that is wrong, whose first word is `name`. Nothing where virsh
  /// has the command as well, or might: there the text is virsh's to the byte.
  static func advice(on error: SyntaxError, of name: String) -> String? {
    switch error {
    case .unknownGlobalOption: nil
    case .unknownCommand:
      NearestName.find(name, among: Commands.all.map { $0.name }).map { "did you mean \($0)?" }
    default: name.hasPrefix("net-") ? nil : "tapster \(name) --help tells what it takes"
    }
  }
}
