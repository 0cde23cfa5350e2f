internal import NetworkModel
internal import RouteNetlink

/// Blocks of IPv4 addresses that nobody uses yet.
enum FreeBlock {
  /// Gives each of the automatic blocks of `network` the first /24 of the private ones (RFC 1918)
  /// that clashes neither with the host's addresses and routes nor with `taken`.
  static func settle(_ network: inout Network, besides taken: [IPNetwork]) throws(EngineError) {
    if network.automaticBlocks.isEmpty { return }
    let connection = try routes { () throws(RouteError) in try RouteConnection.open() }
    let uses = try OverlapCheck(over: connection)
    while !network.automaticBlocks.isEmpty {
      let own = network.blocks.compactMap(\.network) + network.routes.compactMap(\.network)
      let free = candidates.first { candidate in
        let block = IPNetwork.v4(candidate)
        return uses.isFree(block) && !(taken + own).contains { $0.overlaps(block) }
      }
      guard let free else { throw .noBlockLeft }
      network.settleAutomaticBlock(free)
    }
  }

  /// 192.168.122.0 and on, where libvirt's users look for them; then the larger ones.
  private static var candidates: some Sequence<IPv4Network> {
    let firsts: [(first: UInt32, count: UInt32)] = [
      (0xC0A8_7A00, 133), (0xAC10_0000, 4096), (0x0A00_0000, 65536),
    ]
    return firsts.lazy.flatMap { range in
      (0..<range.count).lazy.compactMap { number in
        IPv4Network(
          containing: IPv4Address(rawValue: range.first + number << 8), prefixLength: 24)
      }
    }
  }
}
