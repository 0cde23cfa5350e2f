public import LinuxTypes

extension RouteConnection {
  /// An interface that is a port of a bridge.
  public struct BridgePort: Equatable, Sendable {
    /// Its name.
    public let name: InterfaceName
    /// Its Ethernet address, if it has one.
    public let mac: MACAddress?
    /// Its alias, if it has one.
    public let alias: String?
  }

  /// The ports of a bridge, in the kernel's order.
  public func ports(of bridge: InterfaceIndex) throws(RouteError) -> [BridgePort] {
    try links().filter { $0.master == bridge }.map {
      BridgePort(name: $0.name, mac: $0.mac, alias: $0.alias)
    }
  }
}
