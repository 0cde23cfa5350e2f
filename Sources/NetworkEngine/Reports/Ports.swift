public import LinuxTypes
public import NetworkModel
internal import RouteNetlink

/// An interface that is plugged into a network's bridge: a guest's tap, as a rule.
public struct Port: Equatable, Sendable {
  /// A number for it that stays the same as long as its name and the network's UUID do.
  public let uuid: UUID
  /// Its name.
  public let interface: InterfaceName
  /// Its own Ethernet address, which is not the guest's.
  public let mac: MACAddress?
  /// What it says of itself (`man 8 ip-link`, alias): who has it, for a tap of tapster-helper's.
  public let alias: String?
}

/// What is plugged into networks.
public enum Ports {
  /// The ports of the network's bridge, sorted by their UUIDs. Throws if it does not run.
  public static func of(_ network: Network) throws(EngineError) -> [Port] {
    guard ActiveNetworks.contains(network.name) else { throw .notActive(network.name) }
    guard let bridge = network.bridgeName else { return [] }
    let links = try routes { () throws(RouteError) -> [RouteConnection.BridgePort] in
      let connection = try RouteConnection.open()
      guard let link = try connection.link(bridge.interface) else { return [] }
      return try connection.ports(of: link.index)
    }
    let prefix = network.uuid?.bytes ?? []
    return links.map {
      Port(
        uuid: UUID(derivedFrom: prefix + $0.name.bytes), interface: $0.name, mac: $0.mac,
        alias: $0.alias)
    }.sorted { $0.uuid.bytes.lexicographicallyPrecedes($1.uuid.bytes) }
  }
}
