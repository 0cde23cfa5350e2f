/// A block of IPv4 addresses that is chosen when the network is defined or created: the first that
/// clashes with nothing of the host's (`<ip tapster:auto='yes'/>`).
public struct AutomaticBlock: Equatable, Sendable {
  /// Whether guests get addresses of it by DHCP (`<dhcp/>` in it).
  public var givesOutAddresses: Bool
  /// What other programs keep in it.
  public var foreign = ForeignContent()

  /// A block.
  public init(givesOutAddresses: Bool) { self.givesOutAddresses = givesOutAddresses }
}

extension Network {
  /// Settles the first of ``automaticBlocks``: the host gets the first address of `network`, and
  /// the others are given out if it says so. Blocks of less than four addresses have none to give.
  public mutating func settleAutomaticBlock(_ network: IPv4Network) {
    guard let automatic = automaticBlocks.first else { return }
    automaticBlocks.removeFirst()
    let host = IPv4Address(rawValue: network.base.rawValue &+ (network.prefixLength < 31 ? 1 : 0))
    var block = AddressBlock(address: .v4(host), size: .prefix(network.prefixLength))
    block.foreign = automatic.foreign
    if automatic.givesOutAddresses, network.prefixLength < 31 {
      let first = IPv4Address(rawValue: host.rawValue + 1)
      let last = IPv4Address(rawValue: network.last.rawValue - 1)
      var dhcp = DHCP()
      if let range = IPRange(.v4(first), through: .v4(last)) {
        dhcp.ranges.append(DHCP.Range(addresses: range))
      }
      block.dhcp = dhcp
    }
    blocks.append(block)
  }
}
