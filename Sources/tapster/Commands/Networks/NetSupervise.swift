internal import CommandSyntax
internal import NetworkEngine
internal import NetworkModel

enum NetSupervise: Command {
  static var name: String { "net-supervise" }
  static let syntax = CommandSyntax(
    name, "be a network's dnsmasq, for a service manager",
    "Waits for the end of the dnsmasq that a network has, and then becomes dnsmasq, its leases kept;\n"
      + "for a service manager, which starts it again when it ends. Ends when the network stops.",
    [NetworkOptions.network])

  static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws(Failure) {
    try Failure.unlessRoot()
    let text = try arguments.value(of: NetworkOptions.network)
    let name = try NetworkName.found(text)
    let ending = try Failure.during("Failed to supervise network \(text)") {
      () throws(EngineError) in try Supervision.run(name)
    }
    switch ending {
    case .stopped: output.say("Network \(name) is not active\n")
    case .needsNone: output.say("Network \(name) needs no dnsmasq\n")
    }
  }
}
