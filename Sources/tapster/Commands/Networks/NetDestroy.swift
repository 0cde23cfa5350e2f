internal import CommandSyntax
internal import NetworkEngine
internal import NetworkModel

enum NetDestroy: Command {
  static var name: String { "net-destroy" }
  static let syntax = CommandSyntax(
    name, "stop a network",
    "Stops a network at once. It stays defined; one that is not is forgotten.",
    [NetworkOptions.network])

  static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws(Failure) {
    try Failure.unlessRoot()
    let network = try arguments.value(of: NetworkOptions.network)
    let name = try NetworkName.found(network)
    try Failure.during("Failed to destroy network \(network)") { () throws(EngineError) in
      try RunningNetwork.stop(name)
    }
    output.say("Network \(network) destroyed\n")
  }
}
