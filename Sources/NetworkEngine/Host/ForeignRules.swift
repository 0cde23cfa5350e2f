internal import LinuxHost
internal import LinuxTypes
internal import NetworkModel
internal import NetworkPlan
internal import RouteNetlink

/// The rules of other programs that packets meet which the host forwards or gets.
struct ForeignRules {
  /// What nft says of each of their tables, in JSON.
  private let tables: [[UInt8]]

  /// Looks for them: for those that may be in the way, or for all, since Docker's chain may be
  /// among them. Where there are none, as the kernel says at once, nft is not asked.
  init(withDocker: Bool = false) throws(EngineError) {
    var telling: [NetfilterTable] = []
    for table in try Self.tables(at: [.forward, .input]) {
      let mayDrop = try routes { () throws(RouteError) in try table.mayDrop() }
      if mayDrop || withDocker { telling.append(table) }
    }
    tables = try Self.list(telling[...])
  }

  /// What nft says of them, side by side.
  private static func list(_ tables: ArraySlice<NetfilterTable>) throws(EngineError) -> [[UInt8]] {
    guard let table = tables.first else { return [] }
    let listing = try FirewallListing.start(["-j", "list", "table", table.family, table.name])
    let others: [[UInt8]]
    do throws(EngineError) { others = try list(tables.dropFirst()) } catch {
      _ = try? listing.wait()
      throw error
    }
    return [try listing.wait()] + others
  }

  /// The tables of other programs that have a base chain at one of these hooks.
  private static func tables(
    at hooks: [NetfilterTable.Hook]
  ) throws(EngineError) -> [NetfilterTable] {
    try routes { () throws(RouteError) -> [NetfilterTable] in
      guard try NetfilterTable.isAny(but: .ours) else { return [] }
      return try NetfilterTable.filtering(at: hooks).filter { $0 != .ours }
    }
  }

  /// Whether another program has a say in what of that version of IP the host forwards.
  static func areAboutForwarding(of family: Forwarding) throws(EngineError) -> Bool {
    let families = ["inet", family == .ipv4 ? "ip" : "ip6"]
    return try tables(at: [.forward]).contains { families.contains($0.family) }
  }

  /// What of them is in the way of a network.
  func warnings(_ plan: Plan) -> [Warning] {
    guard let bridge = plan.bridge?.name else { return [] }
    var families: [IPAddress.Family] = []
    if plan.forwardsIPv4 { families.append(.ipv4) }
    if plan.forwardsIPv6 { families.append(.ipv6) }
    var findings: [ForeignFirewall.Finding] = []
    for table in tables {
      if !families.isEmpty {
        findings += ForeignFirewall.findings(json: table, bridge: bridge, families: families)
          .filter { !$0.dropsAsking }
      }
      // Guests ask for addresses and names where nothing is forwarded, too.
      if plan.dnsmasq != nil {
        findings += ForeignFirewall.findings(json: table, bridge: bridge).filter(\.dropsAsking)
      }
    }
    return findings.map { Warning(words: "\($0)", advice: $0.remedy) }
  }

  /// The families in which Docker lets others have a say.
  var docker: [String] { tables.flatMap { ForeignFirewall.familiesOfDocker(json: $0) } }
}

extension NetfilterTable {
  /// The table that all networks share.
  static var ours: NetfilterTable {
    let words = FirewallPlan.table.split(separator: " ")
    return NetfilterTable(family: String(words[0]), name: String(words[1]))
  }
}

/// Rules of ours in the chain that Docker leaves to others (DOCKER-USER).
enum DockerRules {
  /// Lets a bridge's packets pass.
  static func insert(_ bridge: BridgeName, _ families: [String]) throws(EngineError) {
    for family in families {
      for command in ForeignFirewall.dockerCommands(
        family: family, bridge: bridge, removing: false)
      {
        try run(command)
      }
    }
  }

  /// Takes out what ``insert(_:_:)`` put in, or as much of it as is there.
  static func remove(_ bridge: BridgeName, _ families: [String]) throws(EngineError) {
    var failures = Failures()
    for family in families {
      for command in ForeignFirewall.dockerCommands(
        family: family, bridge: bridge, removing: true)
      {
        let question = command.map { $0 == "-D" ? "-C" : $0 }
        // Docker makes its chains anew when it starts, and what is not there needs not go.
        do throws(EngineError) { try run(question) } catch {
          if case .programFailed = error { continue }
          failures.add(error)
          continue
        }
        failures.attempt { () throws(EngineError) in try run(command) }
      }
    }
    try failures.rethrow()
  }

  private static func run(_ command: [String]) throws(EngineError) {
    guard let program = ProgramSearch.find(command[0]) else { throw .programMissing(command[0]) }
    let child = try files { () throws(FileError) in try ChildProcess.start(program, command) }
    try Program.wait(command[0], child)
  }
}
