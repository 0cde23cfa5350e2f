internal import CommandSyntax
internal import LinuxTypes
internal import NetworkEngine
internal import NetworkModel

enum NetDesc: Command {
  static var name: String { "net-desc" }
  static let syntax = CommandSyntax(
    name, "show or set a network's description or title",
    "Shows a network's description or title, or sets it to what follows; an empty text removes it.",
    [
      NetworkOptions.network, NetworkOptions.live, NetworkOptions.config, NetworkOptions.current,
      title, edit, NetworkOptions.json, newText,
    ])

  private static let title = Flag("title", "the title instead of the description")
  private static let edit = Flag("edit", "open an editor to change it")
  private static let newText = Words("new-desc", "the new text")

  static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws(Failure) {
    let scope = try arguments.scope()
    let state = try NetworkState.named(try arguments.value(of: NetworkOptions.network))
    let isTitle = arguments[title]
    let word = isTitle ? "title" : "description"
    let network = try Failure.during(nil) { () throws(EngineError) in
      try state.network(in: scope)
    }
    let old = (isTitle ? network.title : network.description) ?? ""
    var new = arguments[newText]?.joined(separator: " ")
    if new == nil, !arguments[edit] {
      if arguments[NetworkOptions.json] {
        return output.show(.optional(isTitle ? network.title : network.description))
      }
      if old.isEmpty { output.say("No \(word) for network: \(network.name)") }
      return output.show(PrintableText.lines(old))
    }
    if !arguments[edit] { try Failure.unlessRoot() }
    let pkexec = try Pkexec.unlessRoot()
    var session: EditSession?
    if arguments[edit] {
      let editing = try EditSession.begin(new ?? old, suffix: ".txt")
      new = try editing.edit()
      // Editors end the last line, which a title has none of.
      if isTitle, new?.last == "\n" { new?.removeLast() }
      if new == old {
        editing.discard()
        return output.say("Network \(word) not changed\n")
      }
      try pkexec?.end(with: editing)
      session = editing
    }
    do throws(Failure) {
      try set(state.network.name, scope, isTitle: isTitle, new ?? "")
    } catch { throw session?.kept(error) ?? error }
    session?.discard()
    output.say("Network \(word) updated successfully")
  }

  private static func set(
    _ name: NetworkName, _ scope: ChangeScope, isTitle: Bool, _ text: String
  ) throws(Failure) {
    let failure = "Failed to set new network \(isTitle ? "title" : "description")"
    if isTitle, text.contains("\n") {
      throw Failure([failure, "invalid argument: a network's title is one line"])
    }
    let text = text.isEmpty ? nil : text
    try Failure.during(failure) { () throws(EngineError) in
      try NetworkChange.apply(name, scope) { (network: inout Network) throws(EngineError) in
        if isTitle { network.title = text } else { network.description = text }
      }
    }
  }
}
