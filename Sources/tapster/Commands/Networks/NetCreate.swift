internal import CommandSyntax
internal import NetworkEngine
internal import NetworkModel

enum NetCreate: Command {
  static var name: String { "net-create" }
  static let syntax = CommandSyntax(
    name, "start a network from a file",
    "Starts a network that a file describes in libvirt's network XML, without defining it.\n"
      + "It is forgotten when it stops.",
    [NetworkOptions.file, NetworkOptions.validate])

  static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws(Failure) {
    let file = try arguments.value(of: NetworkOptions.file)
    try Failure.unlessRoot(reading: file)
    let bytes = try DefinitionFile.read(file)
    try ServedUser.check(bytes, source: file)
    let (network, warnings) = try Failure.during("Failed to create network from \(file)") {
      () throws(EngineError) in try RunningNetwork.create(bytes, source: file)
    }
    output.say("Network \(network.name) created from \(file)\n")
    for warning in warnings { warning.say(of: network.name) }
  }
}
