internal import CommandSyntax
internal import NetworkEngine
internal import NetworkModel

enum NetDefine: Command {
  static var name: String { "net-define" }
  static let syntax = CommandSyntax(
    name, "define a network from a file",
    "Defines a network that a file describes in libvirt's network XML, or defines it anew.\n"
      + "One that runs goes on as it is until its next start.",
    [NetworkOptions.file, NetworkOptions.validate])

  static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws(Failure) {
    let file = try arguments.value(of: NetworkOptions.file)
    try Failure.unlessRoot(reading: file)
    let bytes = try DefinitionFile.read(file)
    try ServedUser.check(bytes, source: file)
    let network = try Failure.during("Failed to define network from \(file)") {
      () throws(EngineError) in try Definitions.define(bytes, source: file)
    }
    output.say("Network \(network.name) defined from \(file)\n")
  }
}
