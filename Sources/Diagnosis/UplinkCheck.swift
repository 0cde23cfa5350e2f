/// Whether there is a way out for networks that have one.
enum UplinkCheck {
  static func run(_ facts: HostFacts) -> CheckResult {
    let networks = facts.networks.filter { $0.isActive && $0.problem == nil }
    var result = CheckResult()
    for network in networks { for exit in network.exits { result = result + check(exit, network) } }
    let wanted = HostFacts.Family.allCases.filter { family in
      networks.contains { $0.forwards.contains(family) && $0.exits.isEmpty }
    }
    for family in wanted { result = result + check(family, facts) }
    return result
  }

  private static func check(
    _ exit: HostFacts.Network.Exit, _ network: HostFacts.Network
  ) -> CheckResult {
    let why = "packets of network \(network.name) may leave by no other"
    let name = ShellWord.quoted(exit.interface)
    guard exit.exists else {
      return .found(
        Finding(
          .uplinkDown, "there is no interface \(exit.interface)", why: why,
          advice: "plug it in, or name another in <forward dev='…'/>"))
    }
    if exit.isUp { return .fine("uplink \(exit.interface) is up") }
    return .found(
      Finding(
        .uplinkDown, "uplink \(exit.interface) is down", why: why, fix: "ip link set \(name) up"))
  }

  private static func check(_ family: HostFacts.Family, _ facts: HostFacts) -> CheckResult {
    if family == .ipv6, let troubled = facts.uplinks.first(where: losesRoutes) {
      let name = ShellWord.quoted(troubled.interface)
      return .found(
        Finding(
          .routerAdvertisements,
          "uplink \(troubled.interface) forwards IPv6 and so takes no routes from its router",
          why: troubled.isAdvertised
            ? "the default route of IPv6 ends when its time is over"
            : "the host has lost its default route of IPv6",
          fix: "sysctl -w net/ipv6/conf/\(name)/accept_ra=2"))
    }
    let ways = facts.uplinks.filter { $0.routes.contains(family) }.map(\.interface)
    if !ways.isEmpty {
      return .fine("\(family.rawValue) leaves by \(ways.joined(separator: ", "))")
    }
    let option = family == .ipv6 ? " -6" : ""
    return .found(
      Finding(
        .noUplink, "the host has no default route of \(family.rawValue)",
        why: "guests reach one another and the host, and nobody else",
        advice: "connect the host, or: ip\(option) route add default via ROUTER dev INTERFACE"))
  }

  /// An interface that forwards takes routes only if `accept_ra` is 2.
  private static func losesRoutes(_ uplink: HostFacts.Uplink) -> Bool {
    guard uplink.forwardsIPv6, uplink.acceptsRoutes == 1 else { return false }
    return uplink.isAdvertised || (uplink.hasIPv6 && !uplink.routes.contains(.ipv6))
  }
}
