public import NetworkModel

/// A route over the bridge of a network, to what lies behind a guest.
public struct RoutePlan: Equatable, Sendable {
  /// What is reached.
  public var destination: IPNetwork
  /// The guest.
  public var gateway: IPAddress
  /// The lower, the better; nil for 1, as in libvirt.
  public var metric: UInt32?

  init(_ route: StaticRoute, _ network: Network) throws(Plan.Refusal) {
    guard let destination = route.network else {
      throw .incomplete("valid netmask in the route to \(route.address)")
    }
    guard network.blocks.contains(where: { $0.network?.contains(route.gateway) == true }) else {
      throw .unreachableGateway(route.gateway, of: destination)
    }
    self.destination = destination
    gateway = route.gateway
    metric = route.metric
  }
}
