internal import LinuxHost
internal import LinuxTypes
internal import NetworkModel
internal import NetworkPlan
internal import RouteNetlink

/// What all networks have in common: the firewall's table and the switch for forwarding. It is
/// changed under one lock, and who needs it is what the records say, which are written before and
/// removed after.
enum SharedState {
  /// Whether there is a record of a network but `name` for which `condition` is true; only of
  /// active ones, if asked so.
  static func isAnother(
    than name: NetworkName? = nil, active: Bool = false, _ condition: (AppliedRecord) -> Bool
  ) throws(EngineError) -> Bool {
    let directory = active ? Places.active : Places.running
    for other in try files({ () throws(FileError) in try Directory.names(directory) }) {
      guard let other = NetworkName(other), other != name else { continue }
      guard let record = try AppliedRecord.readKnown(other) else { continue }
      // What another version noted may be just that.
      if !record.isUnderstood || condition(record) { return true }
    }
    return false
  }

  /// Waits for nft at work on a transaction that needs the table as ``FirewallPlan/skeleton`` makes
  /// it and other networks fill it.
  ///
  /// If that is refused, as it is after somebody's `nft flush ruleset`, the transaction `whole` is
  /// tried, which makes the table out of nothing.
  static func waitForFirewall(
    _ working: consuming Firewall, keeping kept: [Int32],
    orMake whole: () throws(EngineError) -> String
  ) throws(EngineError) {
    do throws(EngineError) { return try working.wait() } catch {
      guard case .programFailed = error else { throw error }
    }
    try Firewall.start(try whole(), keeping: kept).wait()
  }

  /// The parts of the firewall of all networks but `excluded` that have one: of those that are
  /// active, and of those whose start or stop was killed while their bridge was there, since guests
  /// may be plugged into it still; and of those that run without a record, as they are defined.
  ///
  /// Throws if the rules of one are not known, as of one that another version started: whoever made
  /// the table without them would open that network.
  static func parts(
    besides excluded: Set<NetworkName> = []
  ) throws(EngineError) -> [FirewallPart] {
    var parts: [FirewallPart] = []
    let running = try files { () throws(FileError) in try Directory.names(Places.running) }
    for name in running.compactMap({ NetworkName($0) }) where !excluded.contains(name) {
      guard let known = try AppliedRecord.readKnown(name) else { continue }
      if !ActiveNetworks.contains(name) {
        let connection = try routes { () throws(RouteError) in try RouteConnection.open() }
        if try NetworkStop.ours(name, known, connection) == nil { continue }
      }
      if !known.isUnderstood { throw .otherVersion(name) }
      if !known.hasFirewall { continue }
      let network: Network?
      let plan: Plan
      do throws(EngineError) {
        network = try Definitions.live(name)
        guard let network else { throw .otherVersion(name) }
        plan = try Plan.of(network)
      } catch {
        if case .file = error { throw error }
        throw .otherVersion(name)
      }
      if let part = FirewallPart(plan) { parts.append(part) }
    }
    let connection = try routes { () throws(RouteError) in try RouteConnection.open() }
    for bridge in try bridgesWithoutRecord(connection) {
      guard let network = try WithoutRecord.networks([bridge]).first,
        let part = FirewallPart(try Plan.of(network))
      else { throw .unknownRules(bridge) }
      parts.append(part)
    }
    return parts
  }

  /// The bridges that are there and have chains in the table, but stand in no record: somebody
  /// emptied `/run/tapster` while their networks ran. None if that did not happen, as the kernel
  /// says at once.
  static func bridgesWithoutRecord(
    _ connection: borrowing RouteConnection
  ) throws(EngineError) -> [BridgeName] {
    var chains = try routes { () throws(RouteError) in try NetfilterTable.ours.chains() }
    chains.subtract(FirewallPlan.baseChains)
    for name in try files({ () throws(FileError) in try Directory.names(Places.running) }) {
      guard let name = NetworkName(name), let record = try AppliedRecord.readKnown(name),
        let bridge = record.bridge
      else { continue }
      chains.subtract(FirewallPlan.chainNames(of: bridge.name))
    }
    if chains.isEmpty { return [] }
    return try bridges(connection).filter {
      !FirewallPlan.chainNames(of: $0).isDisjoint(with: chains)
    }
  }

  /// The bridges that are there, by the names that a network's may have.
  static func bridges(
    _ connection: borrowing RouteConnection
  ) throws(EngineError) -> [BridgeName] {
    try routes { () throws(RouteError) in try connection.links() }.compactMap {
      $0.kind == "bridge" ? BridgeName($0.name.description) : nil
    }
  }
}
