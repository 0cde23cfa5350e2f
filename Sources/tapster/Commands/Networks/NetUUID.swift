internal import CommandSyntax
internal import NetworkEngine
internal import NetworkModel

enum NetUUID: Command {
  static var name: String { "net-uuid" }
  static let syntax = CommandSyntax(
    name, "tell a network's UUID", "Tells the UUID of the network that has a name.",
    [NetworkOptions.network, NetworkOptions.json])

  static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws(Failure) {
    let network = try NetworkState.named(try arguments.value(of: NetworkOptions.network)).network
    if arguments[NetworkOptions.json] { return output.show(.optional(network.uuid)) }
    output.show("\(network.uuid?.description ?? "")\n")
  }
}
