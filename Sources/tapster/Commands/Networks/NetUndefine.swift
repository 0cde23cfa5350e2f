internal import CommandSyntax
internal import NetworkEngine
internal import NetworkModel

enum NetUndefine: Command {
  static var name: String { "net-undefine" }
  static let syntax = CommandSyntax(
    name, "forget the definition of a network",
    "Forgets the definition of a network. One that runs goes on, and is forgotten when it stops.",
    [NetworkOptions.network])

  static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws(Failure) {
    try Failure.unlessRoot()
    let network = try arguments.value(of: NetworkOptions.network)
    let name = try NetworkName.found(network)
    try Failure.during("Failed to undefine network \(network)") { () throws(EngineError) in
      try Definitions.undefine(name)
    }
    output.say("Network \(network) has been undefined\n")
  }
}
