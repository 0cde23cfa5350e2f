internal import ArgumentParser
internal import LinuxNetworking
internal import NetworkEngine
internal import NetworkModel

struct NetDumpXML: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "net-dumpxml", abstract: "Show the XML of a network.")

  @Argument(help: "Name or UUID.") var network: String
  @Flag(help: "Show the definition even if the network runs.") var inactive = false

  func run() throws {
    var network = try CommandOutput.find(network).network
    if inactive {
      try CommandOutput.run(nil) { () throws(EngineError) in
        network = try Definitions.network(network.name) ?? network
      }
    }
    StandardStream.output.write(network.xml + "\n")
  }
}
