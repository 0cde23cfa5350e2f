internal import ArgumentParser
internal import LinuxNetworking
internal import NetworkEngine
internal import NetworkModel

struct NetList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "net-list", abstract: "List networks: the active ones, unless asked otherwise.")

  @Flag(help: "List inactive networks.") var inactive = false
  @Flag(help: "List inactive and active networks.") var all = false
  @Flag(help: "List persistent networks.") var persistent = false
  @Flag(help: "List transient networks.") var transient = false
  @Flag(help: "List networks with autostart enabled.") var autostart = false
  @Flag(help: "List networks with autostart disabled.") var noAutostart = false
  @Flag(help: "List names only.") var name = false
  @Flag(help: "List UUIDs only.") var uuid = false
  @Flag(help: "Print a table (the default).") var table = false
  @Flag(help: "Print JSON.") var json = false

  func validate() throws {
    guard [name, uuid, table, json].count(where: { $0 }) <= 1 else {
      throw ValidationError("Only one of --name, --uuid, --table and --json can be given.")
    }
  }

  func run() throws {
    var states: [NetworkState] = []
    try CommandOutput.run("Failed to list networks") { () throws(EngineError) in
      states = try NetworkState.all().filter(isWanted)
    }
    if json {
      let list = JSONText.array(states.map(\.json))
      return StandardStream.output.write(list.rendered() + "\n")
    }
    if name || uuid {
      let lines = states.map { name ? $0.network.name.text : $0.network.uuid?.description ?? "" }
      return StandardStream.output.write(lines.map { $0 + "\n" }.joined() + "\n")
    }
    var table = NetworkTable(head: ["Name", "State", "Autostart", "Persistent"])
    for state in states {
      table.append([
        state.network.name.text, state.isActive ? "active" : "inactive",
        state.isAutostarted ? "yes" : "no", state.isPersistent ? "yes" : "no",
      ])
    }
    CommandOutput.say(table.text)
  }

  private func isWanted(_ state: NetworkState) -> Bool {
    if !all, state.isActive == inactive { return false }
    // Both of a pair are as good as none.
    if persistent != transient, state.isPersistent != persistent { return false }
    if autostart != noAutostart, state.isAutostarted != autostart { return false }
    return true
  }
}

extension NetworkState {
  var json: JSONText {
    .object([
      ("name", .text(network.name.text)),
      ("uuid", network.uuid.map { .text($0.description) } ?? .null),
      ("active", .bool(isActive)), ("persistent", .bool(isPersistent)),
      ("autostart", .bool(isAutostarted)),
      ("bridge", network.bridgeName.map { .text($0.text) } ?? .null),
    ])
  }
}
