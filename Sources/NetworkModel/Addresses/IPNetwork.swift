internal import LinuxTypes

/// A block of addresses of either IP version that have their first bits in common.
public enum IPNetwork: Equatable, Hashable, Sendable {
  case v4(IPv4Network)
  case v6(IPv6Network)

  /// The block of that size which `address` is in; nil if its version has no such length.
  public init?(containing address: IPAddress, prefixLength: Int) {
    switch address {
    case .v4(let address):
      guard let block = IPv4Network(containing: address, prefixLength: prefixLength) else {
        return nil
      }
      self = .v4(block)
    case .v6(let address):
      guard let block = IPv6Network(containing: address, prefixLength: prefixLength) else {
        return nil
      }
      self = .v6(block)
    }
  }

  /// Parses `192.0.2.0/24`, or an address, which is a block of one; nil for anything else, and for
  /// a block whose address is not its first.
  public init?(_ text: String) {
    let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard parts.count <= 2, let address = IPAddress(String(decoding: parts[0], as: UTF8.self))
    else { return nil }
    var length = address.family == .ipv4 ? 32 : 128
    if parts.count == 2 {
      guard let number = DecimalNumber.parse(parts[1], maximum: 128) else { return nil }
      length = Int(number)
    }
    self.init(containing: address, prefixLength: length)
    guard base == address else { return nil }
  }

  /// The lowest address of the block.
  public var base: IPAddress {
    switch self {
    case .v4(let block): .v4(block.base)
    case .v6(let block): .v6(block.base)
    }
  }

  /// How many bits are in common.
  public var prefixLength: Int {
    switch self {
    case .v4(let block): block.prefixLength
    case .v6(let block): block.prefixLength
    }
  }

  /// The version of its addresses.
  public var family: IPAddress.Family { base.family }

  /// Whether `address` is in the block; never if it is of the other version.
  public func contains(_ address: IPAddress) -> Bool {
    switch (self, address) {
    case (.v4(let block), .v4(let address)): block.contains(address)
    case (.v6(let block), .v6(let address)): block.contains(address)
    default: false
    }
  }

  /// Whether any address is in both blocks; never if they are of different versions.
  public func overlaps(_ other: IPNetwork) -> Bool {
    contains(other.base) || other.contains(base)
  }

  /// The block, if it is of IPv4.
  public var ipv4: IPv4Network? { if case .v4(let block) = self { block } else { nil } }
  /// The block, if it is of IPv6.
  public var ipv6: IPv6Network? { if case .v6(let block) = self { block } else { nil } }
}

extension IPNetwork: CustomStringConvertible {
  /// `192.168.122.0/24`, `2001:db8::/64`
  public var description: String { "\(base)/\(prefixLength)" }
}
