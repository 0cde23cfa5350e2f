internal import CommandSyntax
internal import NetworkEngine
internal import NetworkModel

enum NetDumpXML: Command {
  static var name: String { "net-dumpxml" }
  static let syntax = CommandSyntax(
    name, "show the XML of a network", "Shows the XML of a network, as it runs if it does.",
    [NetworkOptions.network, inactive])

  private static let inactive = Flag("inactive", "show the definition even if the network runs")

  static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws(Failure) {
    var network = try NetworkState.named(try arguments.value(of: NetworkOptions.network)).network
    if arguments[inactive] {
      network = try Failure.during(nil) { () throws(EngineError) in
        try Definitions.network(network.name) ?? network
      }
    }
    output.show(network.xml)
  }
}
