internal import ArgumentParser
internal import LinuxNetworking
internal import NetworkEngine
internal import NetworkModel

struct NetInfo: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "net-info", abstract: "Show what a network is and how it is.")

  @Argument(help: "Name or UUID.") var network: String
  @Flag(help: "Print JSON.") var json = false

  func run() throws {
    let state = try CommandOutput.find(network)
    if json { return StandardStream.output.write(state.json.rendered() + "\n") }
    let lines = [
      ("Name:", state.network.name.text), ("UUID:", state.network.uuid?.description ?? ""),
      ("Active:", state.isActive ? "yes" : "no"),
      ("Persistent:", state.isPersistent ? "yes" : "no"),
      ("Autostart:", state.isAutostarted ? "yes" : "no"),
      ("Bridge:", state.network.bridgeName?.text ?? ""),
    ]
    let text = lines.map { label, value in
      label + String(repeating: " ", count: 16 - label.utf8.count) + value
    }
    CommandOutput.say(text.joined(separator: "\n"))
  }
}
