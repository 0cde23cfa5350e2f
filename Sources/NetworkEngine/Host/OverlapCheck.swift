internal import LinuxTypes
internal import NetworkModel
internal import NetworkPlan
internal import RouteNetlink

/// Which addresses the host uses already.
struct OverlapCheck {
  private struct Use {
    var block: IPNetwork
    /// How it is said: the address or the block, and its size.
    var words: String
    var isRoute: Bool
    var index: InterfaceIndex?
  }

  private var uses: [Use] = []
  private var networks: [(block: IPNetwork, name: NetworkName)] = []
  /// The ports that networks which were added forward.
  private(set) var forwarded: [(ports: [ForwardedPort], name: NetworkName)] = []

  /// Asks the kernel. What interface `own` has does not count.
  init(
    over connection: borrowing RouteConnection, besides own: InterfaceIndex? = nil
  ) throws(EngineError) {
    for (address, index) in try routes({ () throws(RouteError) in try connection.addresses() })
    where index != own {
      guard let block = IPNetwork(address), !block.isUbiquitous else { continue }
      let words = "\(IPAddress(bytes: address.bytes) ?? block.base)/\(address.prefixLength)"
      uses.append(Use(block: block, words: words, isRoute: false, index: index))
    }
    for route in try routes({ () throws(RouteError) in try connection.routes() })
    where own == nil || route.index != own {
      guard let block = IPNetwork(route.destination), !block.isUbiquitous else { continue }
      uses.append(Use(block: block, words: "\(block)", isRoute: true, index: route.index))
    }
  }

  /// Throws the first address or route of the host, or network that was added, that overlaps one of
  /// a plan's blocks. What interface `own` has does not count.
  func check(
    _ plan: Plan, over connection: borrowing RouteConnection, besides own: InterfaceIndex? = nil
  ) throws(EngineError) {
    let wanted = Self.blocks(plan)
    for use in uses where own == nil || use.index != own {
      for subnet in wanted where subnet.overlaps(use.block) {
        let interface = try use.index.flatMap { index throws(EngineError) in
          try routes { () throws(RouteError) in try connection.name(of: index) }
        }
        throw .overlap(subnet, with: use.words, isRoute: use.isRoute, interface: interface)
      }
    }
    for (block, name) in networks {
      for subnet in wanted where subnet.overlaps(block) {
        throw .overlapsNetwork(subnet, block, name)
      }
    }
  }

  /// From now on the blocks of a plan are in use too.
  mutating func add(_ plan: Plan, of name: NetworkName) {
    networks += Self.blocks(plan).map { ($0, name) }
    if let ports = plan.firewall?.forwardedPorts { forwarded.append((ports, name)) }
  }

  /// Whether nothing of `block` is in use.
  func isFree(_ block: IPNetwork) -> Bool {
    !uses.contains { $0.block.overlaps(block) } && !networks.contains { $0.block.overlaps(block) }
  }

  private static func blocks(_ plan: Plan) -> [IPNetwork] {
    plan.subnets + (plan.bridge?.routes.map(\.destination) ?? []).filter { !$0.isUbiquitous }
  }
}

extension IPNetwork {
  fileprivate init?(_ address: RouteConnection.Address) {
    guard let base = IPAddress(bytes: address.bytes) else { return nil }
    self.init(containing: base, prefixLength: address.prefixLength)
  }

  /// Whether it says nothing of who uses its addresses: a default route, also one in halves, as
  /// VPNs make it, or of all global addresses; or what every link has, link-local and multicast.
  fileprivate var isUbiquitous: Bool {
    switch self {
    case .v4(let block): block.prefixLength <= 1
    case .v6(let block):
      block.prefixLength <= 3 || block.base.bytes[0] == 0xFF
        || (block.base.bytes[0] == 0xFE && block.base.bytes[1] & 0xC0 == 0x80)
    }
  }
}
