internal import ArgumentParser
internal import NetworkEngine
internal import NetworkModel

struct NetStart: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "net-start", abstract: "Start a network that is defined.")

  @Argument(help: "Name or UUID.") var network: String

  func run() throws {
    try CommandOutput.requireRoot()
    let name = try CommandOutput.find(network).network.name
    try CommandOutput.run("Failed to start network \(network)") { () throws(EngineError) in
      try RunningNetwork.start(name)
      CommandOutput.say("Network \(network) started")
    }
  }
}

struct NetDestroy: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "net-destroy", abstract: "Stop a network; it stays defined.")

  @Argument(help: "Name or UUID.") var network: String

  func run() throws {
    try CommandOutput.requireRoot()
    let name = try CommandOutput.find(network).network.name
    try CommandOutput.run("Failed to destroy network \(network)") { () throws(EngineError) in
      try RunningNetwork.stop(name)
      CommandOutput.say("Network \(network) destroyed")
    }
  }
}
