internal import LinuxHost
internal import LinuxTypes
internal import NetworkModel
internal import NetworkPlan
internal import RouteNetlink

/// Networks whose bridge is there as they are defined, and of whose run nothing is noted: somebody
/// emptied `/run/tapster` while they ran.
enum WithoutRecord {
  /// The network of that name, as it would run, if it is such a one.
  static func network(_ name: NetworkName) throws(EngineError) -> Network? {
    guard !ActiveNetworks.contains(name), !File.exists(Places.running(name)),
      let network = try Definitions.network(name), network.makesBridge,
      let bridge = network.bridgeName
    else { return nil }
    let connection = try routes { () throws(RouteError) in try RouteConnection.open() }
    let link = try routes { () throws(RouteError) in try connection.link(bridge.interface) }
    guard let link, link.isBridge, link.mac == network.mac else { return nil }
    return network.live
  }

  /// Those that are on one of these bridges. A definition that cannot be read hides no other.
  static func networks(_ bridges: [BridgeName]) throws(EngineError) -> [Network] {
    if bridges.isEmpty { return [] }
    return try Definitions.names().compactMap { (try? network($0)) ?? nil }
      .filter { network in bridges.contains { $0 == network.bridgeName } }
  }

  /// All of them.
  static func all() throws(EngineError) -> [Network] {
    let connection = try routes { () throws(RouteError) in try RouteConnection.open() }
    return try networks(try SharedState.bridges(connection))
  }

  /// Has one of them be active, with a record of all that may be there of it. Needs its lock.
  static func adopt(_ network: Network) throws(EngineError) {
    let (name, plan) = (network.name, try Plan.of(network))
    try NetworkStart.note(network, FirewallPart(plan), AppliedRecord(plan))
    try ActiveNetworks.insert(name)
  }
}
