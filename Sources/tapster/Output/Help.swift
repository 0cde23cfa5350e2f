internal import CommandSyntax

/// What `tapster --help` shows.
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
}
