/// What is to be done for a running network to become another: the parts of its plan that differ.
public struct PlanChange: Equatable, Sendable {
  /// What becomes of its dnsmasq.
  public enum Dnsmasq: Equatable, Sendable {
    /// It stays as it is.
    case nothing
    /// Its files of hosts and names are to be written, and it told to read them (SIGHUP).
    case reload
    /// All its files are to be written, and it is to be started anew; or for the first time.
    case restart
    /// It is to be stopped.
    case stop
  }

  /// A reason why it cannot be done while the network runs.
  public enum Obstacle: Equatable, Sendable {
    /// Its bridge would be another one, or none.
    case bridge
    /// The bridge's Ethernet address would be another one.
    case mac
  }

  /// What becomes of its dnsmasq.
  public var dnsmasq: Dnsmasq
  /// The transaction for `nft -f -`; nil for none.
  public var firewall: String?
  /// Whether attributes of the bridge, its addresses or its routes differ.
  public var bridge: Bool
  /// Whether the host has to forward other IP versions than before.
  public var forwarding: Bool
  /// Why it cannot be done while the network runs; nil if it can.
  public var obstacle: Obstacle?

  /// Finds what differs.
  public init(from old: Plan, to new: Plan) {
    switch (old.dnsmasq, new.dnsmasq) {
    case (nil, nil): dnsmasq = .nothing
    case (_, nil): dnsmasq = .stop
    case (nil, _): dnsmasq = .restart
    case (let before?, let after?):
      if before == after {
        dnsmasq = .nothing
      } else {
        dnsmasq = before.configuration == after.configuration ? .reload : .restart
      }
    }
    switch (old.firewall, new.firewall) {
    case (nil, nil): firewall = nil
    case (let before?, nil): firewall = before.removal
    case (nil, let after?): firewall = after.installation
    case (let before?, let after?):
      firewall = before == after ? nil : after.replacement(of: before)
    }
    bridge = old.bridge != new.bridge
    forwarding = old.forwardsIPv4 != new.forwardsIPv4 || old.forwardsIPv6 != new.forwardsIPv6
    if old.bridge?.name != new.bridge?.name || old.requiredBridge != new.requiredBridge {
      obstacle = .bridge
    } else if old.bridge?.mac != new.bridge?.mac {
      obstacle = .mac
    }
  }

  /// Whether both plans are one.
  public var isEmpty: Bool {
    dnsmasq == .nothing && firewall == nil && !bridge && !forwarding && obstacle == nil
  }
}
