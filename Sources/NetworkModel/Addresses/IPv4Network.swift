/// A block of addresses that have their first bits in common (RFC 4632).
public struct IPv4Network: Equatable, Hashable, Sendable {
  /// The lowest address of the block.
  public let base: IPv4Address
  /// How many bits are in common, 0 to 32.
  public let prefixLength: Int

  /// The block of that size which `address` is in; nil if the length is not 0 to 32.
  public init?(containing address: IPv4Address, prefixLength: Int) {
    guard (0...32).contains(prefixLength) else { return nil }
    base = IPv4Address(rawValue: address.rawValue & Self.mask(prefixLength))
    self.prefixLength = prefixLength
  }

  /// The netmask, `255.255.255.0` for a length of 24.
  public var netmask: IPv4Address { IPv4Address(rawValue: Self.mask(prefixLength)) }
  /// The highest address of the block.
  public var last: IPv4Address { IPv4Address(rawValue: base.rawValue | ~Self.mask(prefixLength)) }

  /// Whether `address` is in the block.
  public func contains(_ address: IPv4Address) -> Bool {
    address.rawValue & Self.mask(prefixLength) == base.rawValue
  }

  /// Whether any address is in both blocks.
  public func overlaps(_ other: IPv4Network) -> Bool {
    contains(other.base) || other.contains(base)
  }

  /// The length that `netmask` stands for, or nil if its ones are not all in front.
  public static func prefixLength(ofNetmask netmask: IPv4Address) -> Int? {
    let length =
      netmask.rawValue.leadingZeroBitCount == 0 ? (~netmask.rawValue).leadingZeroBitCount : 0
    return mask(length) == netmask.rawValue ? length : nil
  }

  private static func mask(_ length: Int) -> UInt32 { length == 0 ? 0 : .max << (32 - length) }
}

extension IPv4Network: CustomStringConvertible {
  /// `192.168.122.0/24`
  public var description: String { "\(base)/\(prefixLength)" }
}
