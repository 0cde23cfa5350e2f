internal import CommandSyntax
internal import NetworkEngine
internal import NetworkModel

enum NetName: Command {
  static var name: String { "net-name" }
  static let syntax = CommandSyntax(
    name, "tell a network's name", "Tells the name of the network that has a UUID.",
    [NetworkOptions.network, NetworkOptions.json])

  static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws(Failure) {
    let network = try NetworkState.named(try arguments.value(of: NetworkOptions.network)).network
    if arguments[NetworkOptions.json] { return output.show(.text(network.name.text)) }
    output.show("\(network.name)\n")
  }
}
