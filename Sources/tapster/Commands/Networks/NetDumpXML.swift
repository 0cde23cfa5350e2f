internal import CommandSyntax
internal import NetworkEngine
internal import NetworkModel

enum NetDumpXML: Command {
  static var name: String { "net-dumpxml" }
  static let syntax = CommandSyntax(
    name, "show the XML of a network", "Shows the XML of a network, as it runs if it does.",
    [NetworkOptions.network, inactive, xpath, wrap])

  private static let inactive = Flag("inactive", "show the definition even if the network runs")
  private static let xpath = Text(
    "xpath", "show only what this XPath expression selects", isPositional: false)
  private static let wrap = Flag("wrap", "put what is selected into one element, <nodes>")

  static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws(Failure) {
    let state = try NetworkState.named(try arguments.value(of: NetworkOptions.network))
    let expression = try arguments.value(of: xpath)
    var network = state.network
    if arguments[inactive] {
      network = try Failure.during(nil) { () throws(EngineError) in
        try Definitions.network(network.name) ?? network
      }
    }
    let xml = try Failure.during(nil) { () throws(EngineError) in
      let isLive = state.isActive && !arguments[inactive]
      return network.xml(connections: isLive ? try Ports.of(network).count : 0)
    }
    guard let expression else { return output.show(xml) }
    guard let found = network.selection(expression, from: xml, wrapped: arguments[wrap]) else {
      throw Failure(["internal error: Incorrect xpath '\(expression)'"])
    }
    output.show(found.map { $0 + "\n" }.joined())
  }
}
