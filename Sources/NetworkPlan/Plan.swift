public import NetworkModel

/// All that a running network is made of, as values: what is to be there, not how it comes to be.
public struct Plan: Equatable, Sendable {
  /// The bridge that comes and goes with it; nil if its guests are on a bridge of the host's.
  public var bridge: BridgePlan?
  /// The bridge of the host's that has to be there; nil if it has one of its own.
  public var requiredBridge: BridgeName?
  /// How fast all ports of ``requiredBridge`` together may be; nil for no limit.
  public var requiredBridgeBandwidth: Bandwidth?
  /// Whether the host has to forward IPv4 between its interfaces.
  public var forwardsIPv4: Bool
  /// Whether the host has to forward IPv6 between its interfaces.
  public var forwardsIPv6: Bool
  /// The blocks that are the network's own; no route or address of the host may overlap them.
  public var subnets: [IPNetwork]
  /// Its part of the firewall; nil for a network that leaves the firewall alone.
  public var firewall: FirewallPlan?
  /// Its dnsmasq; nil if it has no use for one.
  public var dnsmasq: DnsmasqPlan?
  /// What systemd-resolved is to know of it (`<domain register='yes'/>`); nil for nothing.
  public var registration: DomainRegistration?

  /// Plans a completed network, whose dnsmasq works with the files of `files`.
  public init(_ network: Network, files: DnsmasqFiles) throws(Refusal) {
    try Self.check(network)
    guard network.makesBridge else {
      try Self.checkIsOnBridge(network)
      requiredBridge = network.bridgeName
      requiredBridgeBandwidth = network.bandwidth
      (forwardsIPv4, forwardsIPv6, subnets) = (false, false, [])
      return
    }
    let bridge = try BridgePlan(network)
    self.bridge = bridge
    subnets = bridge.addresses.map(\.network)
    for (position, subnet) in subnets.enumerated() {
      for other in subnets[..<position] where other.overlaps(subnet) {
        throw .overlappingBlocks(other, subnet)
      }
    }
    let firewall = try FirewallPlan(network, bridge: bridge.name)
    // A port that leads into a network is forwarded to even where nothing leads out of it.
    let isForwarding = network.forward != nil || firewall?.forwardedPorts.isEmpty == false
    forwardsIPv4 = isForwarding && subnets.contains { $0.family == .ipv4 }
    forwardsIPv6 = isForwarding && subnets.contains { $0.family == .ipv6 }
    self.firewall = firewall
    if DnsmasqPlan.isNeeded(network) {
      dnsmasq = try DnsmasqPlan(network, bridge: bridge.name, files: files)
    }
    if let domain = network.domain, domain.register == true, dnsmasq != nil {
      registration = DomainRegistration(
        bridge: bridge.name, domain: domain.name, servers: bridge.addresses.map(\.address))
    }
  }
}

/// A domain whose names systemd-resolved is to ask of a network's dnsmasq (`man 1 resolvectl`:
/// `dns` and `domain` of the link).
public struct DomainRegistration: Equatable, Sendable {
  /// The link.
  public var bridge: BridgeName
  /// The domain.
  public var domain: HostName
  /// Where the dnsmasq answers.
  public var servers: [IPAddress]
}
