internal import CommandSyntax
internal import HostObservation
internal import LinuxNetworking
internal import NetworkEngine
internal import NetworkModel

enum NetAutostart: Command {
  static var name: String { "net-autostart" }
  static let syntax = CommandSyntax(
    name, "have a network start with the machine",
    "Has a network that is defined start with the machine, or not.",
    [NetworkOptions.network, disable])

  private static let disable = Flag("disable", "have it not start with the machine")

  static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws(Failure) {
    try Failure.unlessRoot()
    let network = try arguments.value(of: NetworkOptions.network)
    let (isOn, name) = (!arguments[disable], try NetworkName.found(network))
    let verb = isOn ? "mark" : "unmark"
    try Failure.during("failed to \(verb) network \(network) as autostarted") {
      () throws(EngineError) in
      guard Definitions.isDefined(name) else { throw .transient(name) }
      try Definitions.autostart(name, isOn)
    }
    output.say("Network \(network) \(verb)ed as autostarted\n")
    if isOn, BootUnit.isLeftOut {
      StandardStream.error.write(
        """
        warning: no marked network starts with this machine yet
          an administrator can run: systemctl enable tapster-networks.service

        """)
    }
  }
}
