internal import CommandSyntax
internal import NetworkEngine
internal import NetworkModel

enum NetStart: Command {
  static var name: String { "net-start" }
  static let syntax = CommandSyntax(
    name, "start a network that is defined", "Starts a network that is defined.",
    [NetworkOptions.network])

  static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws(Failure) {
    try Failure.unlessRoot()
    let network = try arguments.value(of: NetworkOptions.network)
    let name = try NetworkName.found(network)
    try Failure.during("Failed to start network \(network)") { () throws(EngineError) in
      _ = try RunningNetwork.start(name)
    }
    output.say("Network \(network) started\n")
  }
}
