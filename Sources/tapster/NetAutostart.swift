internal import ArgumentParser
internal import NetworkEngine
internal import NetworkModel

struct NetAutostart: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "net-autostart", abstract: "Have a network start with the machine.")

  @Argument(help: "Name or UUID.") var network: String
  @Flag(help: "Have it not start with the machine.") var disable = false

  func run() throws {
    try CommandOutput.requireRoot()
    let state = try CommandOutput.find(network)
    let failure =
      disable
      ? "failed to unmark network \(network) as autostarted"
      : "failed to mark network \(network) as autostarted"
    try CommandOutput.run(failure) { () throws(EngineError) in
      guard state.isPersistent || disable else { throw .transient(state.network.name) }
      try Definitions.autostart(state.network.name, !disable)
      CommandOutput.say(
        disable
          ? "Network \(network) unmarked as autostarted"
          : "Network \(network) marked as autostarted")
    }
  }
}
