internal import LinuxTypes
internal import NetworkModel
internal import RouteNetlink

/// Whether the host uses addresses of a network already.
enum OverlapCheck {
  /// Throws the first address or route of the host that overlaps one of `subnets`.
  static func run(_ subnets: [IPv4Network], over connection: borrowing RouteConnection)
    throws(EngineError)
  {
    if subnets.isEmpty { return }
    for address in try routes({ () throws(RouteError) in try connection.addresses() }) {
      try check(address, isRoute: false, subnets, connection)
    }
    for route in try routes({ () throws(RouteError) in try connection.routes() }) {
      try check(route, isRoute: true, subnets, connection)
    }
  }

  private static func check(
    _ found: RouteConnection.Destination, isRoute: Bool, _ subnets: [IPv4Network],
    _ connection: borrowing RouteConnection
  ) throws(EngineError) {
    let address = IPv4Address(rawValue: found.address)
    guard let block = IPv4Network(containing: address, prefixLength: found.prefixLength) else {
      return
    }
    for subnet in subnets where subnet.overlaps(block) {
      let interface = try found.index.flatMap { index throws(EngineError) in
        try routes { () throws(RouteError) in try connection.name(of: index) }
      }
      throw .overlap(
        subnet, with: "\(isRoute ? block.base : address)/\(found.prefixLength)", isRoute: isRoute,
        interface: interface)
    }
  }
}
