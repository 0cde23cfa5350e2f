internal import CommandSyntax
internal import LinuxTypes
internal import NetworkEngine
internal import NetworkModel

enum NetPortList: Command {
  static var name: String { "net-port-list" }
  static let syntax = CommandSyntax(
    name, "list what is plugged into a network",
    "Lists the ports of a network's bridge, one for each guest, by UUIDs that stay the same for a\n"
      + "name. --ports and --json tell the interface, its MAC address, and whose it is.",
    [NetworkOptions.network, uuid, table, ports, NetworkOptions.json])

  private static let uuid = Flag("uuid", "print UUIDs only")
  private static let table = Flag("table", "print a table (default)")
  private static let ports = Flag("ports", "print a table that tells the interfaces too")

  static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws(Failure) {
    if arguments[uuid], arguments[table] {
      throw Failure(["Only one argument from --table and --uuid may be specified."])
    }
    for other in [uuid, table] {
      try arguments.refuse(ports, with: other)
      try arguments.refuse(NetworkOptions.json, with: other)
    }
    try arguments.refuse(NetworkOptions.json, with: ports)
    let network = try NetworkState.named(try arguments.value(of: NetworkOptions.network)).network
    let found = try Failure.during(nil) { () throws(EngineError) in try Ports.of(network) }
    if arguments[NetworkOptions.json] { return output.show(.array(found.map(json))) }
    if arguments[uuid] { return output.show(found.map { "\($0.uuid)\n" }.joined()) }
    if arguments[ports] {
      var table = Table(head: ["UUID", "Interface", "MAC address", "Owner"])
      for port in found {
        table.append([
          "\(port.uuid)", "\(port.interface)", port.mac?.description ?? "-", port.alias ?? "-",
        ])
      }
      return output.show(table)
    }
    var table = Table(head: ["UUID"])
    for port in found { table.append(["\(port.uuid)"]) }
    output.show(table)
  }

  private static func json(_ port: Port) -> JSONText {
    .object([
      ("uuid", .text("\(port.uuid)")), ("interface", .text("\(port.interface)")),
      ("mac", .optional(port.mac)), ("alias", .optional(port.alias)),
    ])
  }
}
