/// A block of IPv6 addresses that have their first bits in common (RFC 4291).
public struct IPv6Network: Equatable, Hashable, Sendable {
  /// The lowest address of the block.
  public let base: IPv6Address
  /// How many bits are in common, 0 to 128.
  public let prefixLength: Int

  /// The block of that size which `address` is in; nil if the length is not 0 to 128.
  public init?(containing address: IPv6Address, prefixLength: Int) {
    guard (0...128).contains(prefixLength) else { return nil }
    base = IPv6Address(rawValue: address.rawValue & Self.mask(prefixLength))
    self.prefixLength = prefixLength
  }

  /// The highest address of the block.
  public var last: IPv6Address { IPv6Address(rawValue: base.rawValue | ~Self.mask(prefixLength)) }

  /// Whether `address` is in the block.
  public func contains(_ address: IPv6Address) -> Bool {
    address.rawValue & Self.mask(prefixLength) == base.rawValue
  }

  /// Whether any address is in both blocks.
  public func overlaps(_ other: IPv6Network) -> Bool {
    contains(other.base) || other.contains(base)
  }

  private static func mask(_ length: Int) -> UInt128 { length == 0 ? 0 : .max << (128 - length) }
}

extension IPv6Network: CustomStringConvertible {
  /// `2001:db8:ca2:2::/64`
  public var description: String { "\(base)/\(prefixLength)" }
}
