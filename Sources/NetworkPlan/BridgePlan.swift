public import LinuxTypes
public import NetworkModel

/// The bridge of a network, as the kernel has it.
public struct BridgePlan: Equatable, Sendable {
  /// An address on the bridge.
  public struct Address: Equatable, Sendable {
    /// The address.
    public var address: IPAddress
    /// The block around it.
    public var network: IPNetwork
  }

  /// Its name.
  public var name: BridgeName
  /// Its Ethernet address. Given, so that it does not change with the ports that come and go.
  public var mac: MACAddress
  /// Whether it takes part in the spanning tree protocol.
  public var stp: Bool
  /// How long a new port waits before it forwards, in hundredths of a second as the kernel counts.
  public var delay: UInt32
  /// The largest packet, in bytes; nil for the kernel's standard.
  public var mtu: UInt32?
  /// Its addresses.
  public var addresses: [Address]
  /// Whether it has IPv6 at all; without an IPv6 address it has none, not even of its link.
  public var enablesIPv6: Bool
  /// What is reached by way of guests; to be there once the bridge is up.
  public var routes: [RoutePlan]
  /// How fast all guests together may be; nil for no limit.
  public var bandwidth: Bandwidth?
  /// Whether ports are kept from one another (`bridge link set isolated`), each when it is made.
  public var isolatesPorts: Bool

  init(_ network: Network) throws(Plan.Refusal) {
    guard let name = network.bridgeName else { throw .incomplete("bridge name") }
    guard let mac = network.mac else { throw .incomplete("MAC address") }
    self.name = name
    self.mac = mac
    stp = network.bridge?.stp ?? true
    delay = (network.bridge?.delay ?? 0).multipliedReportingOverflow(by: 100).partialValue
    mtu = network.mtu
    addresses = []
    for block in network.blocks {
      guard let around = block.network else { throw .incomplete("valid netmask") }
      addresses.append(Address(address: block.address, network: around))
    }
    enablesIPv6 = addresses.contains { $0.network.family == .ipv6 }
    routes = []
    for route in network.routes { routes.append(try RoutePlan(route, network)) }
    bandwidth = network.bandwidth
    isolatesPorts = network.isolatesPorts ?? false
  }
}
