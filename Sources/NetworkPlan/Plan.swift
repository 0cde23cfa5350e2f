public import LinuxTypes
public import NetworkModel

/// All that a running network is made of, as values: what is to be there, not how it comes to be.
public struct Plan: Equatable, Sendable {
  /// The bridge.
  public var bridge: BridgePlan
  /// Whether the host has to forward IPv4 between its interfaces.
  public var forwardsIPv4: Bool
  /// The IPv4 blocks that are the network's own; no route or address of the host may overlap them.
  public var subnets: [IPv4Network]
  /// Its part of the firewall; nil for a network that leaves the firewall alone.
  public var firewall: FirewallPlan?
  /// Its dnsmasq; nil if it has no address that one could answer from.
  public var dnsmasq: DnsmasqPlan?

  /// Why a network cannot be planned.
  public enum Refusal: Error, Equatable, Sendable {
    /// The definition lacks it: it was not completed.
    case incomplete(String)
    /// It can be defined, but not yet started.
    case notSupported(String)
    /// Two of its own blocks have addresses in common.
    case overlappingBlocks(IPv4Network, IPv4Network)
  }

  /// Plans a completed network, whose dnsmasq works with the files of `files`.
  public init(_ network: Network, files: DnsmasqFiles) throws(Refusal) {
    bridge = try BridgePlan(network)
    subnets = network.blocks.compactMap { $0.network?.ipv4 }
    for (position, subnet) in subnets.enumerated() {
      for other in subnets[..<position] where other.overlaps(subnet) {
        throw .overlappingBlocks(other, subnet)
      }
    }
    forwardsIPv4 = network.forward != nil && !subnets.isEmpty
    firewall = FirewallPlan(network, bridge: bridge.name)
    dnsmasq =
      network.blocks.isEmpty ? nil : DnsmasqPlan(network, bridge: bridge.name, files: files)
  }
}

extension Plan.Refusal: CustomStringConvertible {
  /// The reason in words.
  public var description: String {
    switch self {
    case .incomplete(let what): "the network has no \(what)"
    case .notSupported(let what): "\(what) is not supported yet"
    case .overlappingBlocks(let first, let second):
      "its addresses \(first) and \(second) overlap"
    }
  }
}

/// The bridge of a network, as the kernel has it.
public struct BridgePlan: Equatable, Sendable {
  /// An address on the bridge.
  public struct Address: Equatable, Sendable {
    /// The address.
    public var address: IPv4Address
    /// The block around it.
    public var network: IPv4Network
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

  init(_ network: Network) throws(Plan.Refusal) {
    guard let name = network.bridgeName else { throw .incomplete("bridge name") }
    guard let mac = network.mac else { throw .incomplete("MAC address") }
    self.name = name
    self.mac = mac
    stp = network.bridge?.stp ?? true
    delay = (network.bridge?.delay ?? 0) * 100
    mtu = network.mtu
    addresses = []
    for block in network.blocks {
      switch block.address {
      case .v4(let address):
        guard let network = block.network?.ipv4 else { throw .incomplete("valid netmask") }
        addresses.append(Address(address: address, network: network))
      case .v6: throw .notSupported("starting a network with an IPv6 address")
      }
    }
  }
}
