internal import CommandSyntax
internal import NetworkEngine
internal import NetworkModel

enum NetList: Command {
  static var name: String { "net-list" }
  static let syntax = CommandSyntax(
    name, "list networks", "Lists networks: those that are active, unless asked otherwise.",
    [inactive, all, persistent, transient, autostart, noAutostart, uuid, names, table, json])

  private static let inactive = Flag("inactive", "list inactive networks")
  private static let all = Flag("all", "list active and inactive networks")
  private static let persistent = Flag("persistent", "list networks that are defined")
  private static let transient = Flag("transient", "list networks that are not defined")
  private static let autostart = Flag("autostart", "list networks that start with the machine")
  private static let noAutostart = Flag("no-autostart", "list networks that do not")
  private static let uuid = Flag("uuid", "print UUIDs only")
  private static let names = Flag("name", "print names only")
  private static let table = Flag("table", "print a table (default)")
  private static let json = NetworkOptions.json

  static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws(Failure) {
    if [names, uuid, table].count(where: { arguments[$0] }) > 1 {
      throw Failure(["Only one argument from --table, --name and --uuid may be specified."])
    }
    for other in [names, uuid, table] { try arguments.refuse(json, with: other) }
    let summaries = try Failure.during("Failed to list networks") { () throws(EngineError) in
      try NetworkSummary.all().filter { isWanted($0, arguments) }
    }
    // As virsh sorts them: small and capital letters of ASCII are the same.
    let networks = summaries.sorted { left, right in
      left.name.text.utf8.lazy.map(lowercased)
        .lexicographicallyPrecedes(right.name.text.utf8.lazy.map(lowercased))
    }
    if arguments[names] {
      return output.show(networks.map { "\($0.name)\n" }.joined())
    }
    if arguments[uuid] || arguments[json] {
      return try showStates(networks, asJSON: arguments[json], &output)
    }
    var table = Table(head: ["Name", "State", "Autostart", "Persistent"])
    for network in networks {
      table.append([
        network.name.text, network.isActive ? "active" : "inactive",
        network.isAutostarted ? "yes" : "no", network.isPersistent ? "yes" : "no",
      ])
    }
    output.show(table)
  }

  /// UUIDs and bridges are in the definitions. One that cannot be read does not hide the others.
  private static func showStates(
    _ networks: [NetworkSummary], asJSON: Bool, _ output: inout CommandOutput
  ) throws(Failure) {
    var states: [NetworkState] = []
    var failures: [String] = []
    for network in networks {
      do throws(EngineError) {
        if let state = try NetworkState.find(name: network.name) { states.append(state) }
      } catch { failures += Failure(nil, error).lines }
    }
    if asJSON {
      output.show(.array(states.map(\.json)))
    } else {
      output.show(states.map { "\($0.network.uuid?.description ?? "")\n" }.joined())
    }
    if !failures.isEmpty { throw Failure(failures) }
  }

  private static func isWanted(_ network: NetworkSummary, _ arguments: Arguments) -> Bool {
    if !arguments[all], network.isActive == arguments[inactive] { return false }
    // Both of a pair are as good as none.
    let (persistent, transient) = (arguments[persistent], arguments[transient])
    if persistent != transient, network.isPersistent != persistent { return false }
    let (yes, no) = (arguments[autostart], arguments[noAutostart])
    return yes == no || network.isAutostarted == yes
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte + 32 : byte
  }
}
