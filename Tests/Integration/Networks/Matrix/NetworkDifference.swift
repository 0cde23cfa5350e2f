/// Where tapster is meant to do something else than libvirt, and why.
///
/// The whole list: any other difference fails ``ReachabilityTests``.
enum NetworkDifference: CaseIterable {
  /// libvirt accepts whatever goes to a routed network before it asks where it comes from, so
  /// guests who may not leave their network can send there, though no answer comes back. With us
  /// both networks have to let a packet pass.
  case leavingByWayOfARoutedNetwork
  /// Where bridges' packets meet the firewall, libvirt masquerades what guests send to groups
  /// beyond 224.0.0.0/24 and ff02::/16, so that fellow guests see the host as its sender.
  case groupsWithinANetwork
  /// libvirt also masquerades what the host itself sends elsewhere with its address in a network.
  /// With us the host's own packets keep the address that was chosen for them.
  case theHostsOwnPackets

  /// The one that a flow is a case of.
  static func of(_ flow: Flow) -> NetworkDifference? {
    guard case .guest(let from, _) = flow.source, case .guest(let to, _) = flow.target,
      from != to, !from.letsOut(to: nil), to == .route || to == .routeIPv6
    else { return nil }
    return .leavingByWayOfARoutedNetwork
  }

  /// What becomes of such a flow with libvirt.
  func withLibvirt(_ flow: Flow) -> Expectation {
    flow.transport == .tcp
      ? Expectation(kind: .silence)
      : Expectation(kind: .unanswered, addresses: [flow.sourceAddress])
  }
}

extension Cast {
  /// Who is to hear the first guest of a network, and the addresses that he may seem to have.
  func audience(
    of definition: Definition, with provider: NetworkProvider, bridgeNetfilter: Bool
  ) -> [Flow.Party: Set<String>] {
    var addresses: Set = [definition.address(1, isIPv6: isIPv6)]
    if provider == .libvirt, bridgeNetfilter, self == .site || self == .siteIPv6,
      definition.masquerades(isIPv6: isIPv6), definition.letsOut(to: nil)
    {
      // NetworkDifference.groupsWithinANetwork
      addresses =
        definition == .natRange
        ? ["198.51.100.10", "198.51.100.11"]
        : [isIPv6 ? definition.gatewayIPv6 : definition.gateway(ofGuest: 1)]
    }
    var audience: [Flow.Party: Set<String>] = [:]
    if self != .block || definition != .twoBlocks { audience[.guest(definition, 2)] = addresses }
    // On a bridge without an address the host has no block and speaks no IPv6.
    if isIPv6 ? definition.hasIPv6 : self != .block || definition.hasIPv4 {
      audience[.host] = addresses
    }
    if definition == .bridged { audience[.lan] = addresses }
    return audience
  }

  /// The address that the host itself seems to have at its uplink when it sends with `own`, one of
  /// its addresses in a masqueraded network.
  func hostSeen(own: String, with provider: NetworkProvider) -> String {
    // NetworkDifference.theHostsOwnPackets
    switch (self, provider) {
    case (.site, .libvirt): "198.51.100.1"
    case (.siteIPv6, .libvirt): "2001:db8:ff01::1"
    default: own
    }
  }
}
