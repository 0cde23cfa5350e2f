internal import CommandSyntax
internal import LinuxTypes
internal import NetworkEngine
internal import NetworkModel

enum NetInfo: Command {
  static var name: String { "net-info" }
  static let syntax = CommandSyntax(
    name, "show what a network is and how it is",
    "Shows name, UUID, whether it is active, defined and starts with the machine, and its bridge.",
    [NetworkOptions.network, NetworkOptions.json])

  static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws(Failure) {
    let state = try NetworkState.named(try arguments.value(of: NetworkOptions.network))
    if arguments[NetworkOptions.json] { return output.show(state.json) }
    let lines = [
      ("Name:", state.network.name.text), ("UUID:", state.network.uuid?.description),
      ("Active:", state.isActive ? "yes" : "no"),
      ("Persistent:", state.isPersistent ? "yes" : "no"),
      ("Autostart:", state.isAutostarted ? "yes" : "no"),
      ("Bridge:", state.network.bridgeName?.text),
    ]
    for case (let label, let value?) in lines {
      output.show(label + String(repeating: " ", count: 16 - label.utf8.count))
      output.show(PrintableText.line(value) + "\n")
    }
  }
}
