/// An address of either IP version.
public enum IPAddress: Equatable, Hashable, Sendable {
  case v4(IPv4Address)
  case v6(IPv6Address)

  /// The versions of IP.
  public enum Family: String, Sendable { case ipv4, ipv6 }

  /// Parses the text of an address of either version; nil for anything else.
  public init?(_ text: String) {
    if let address = IPv4Address(text) {
      self = .v4(address)
    } else if let address = IPv6Address(text) {
      self = .v6(address)
    } else {
      return nil
    }
  }

  /// The address of 4 or 16 bytes, first on the wire first; nil for any other number of them.
  public init?(bytes: [UInt8]) {
    switch bytes.count {
    case 4: self = .v4(IPv4Address(rawValue: bytes.reduce(0) { $0 << 8 | UInt32($1) }))
    case 16: self = .v6(IPv6Address(rawValue: bytes.reduce(0) { $0 << 8 | UInt128($1) }))
    default: return nil
    }
  }

  /// Its version.
  public var family: Family {
    switch self {
    case .v4: .ipv4
    case .v6: .ipv6
    }
  }

  /// Its 4 or 16 bytes, first on the wire first.
  public var bytes: [UInt8] {
    switch self {
    case .v4(let address):
      (0..<4).map { UInt8(truncatingIfNeeded: address.rawValue >> (24 - 8 * $0)) }
    case .v6(let address): address.bytes
    }
  }

  /// The address, if it is of IPv4.
  public var ipv4: IPv4Address? { if case .v4(let address) = self { address } else { nil } }
  /// The address, if it is of IPv6.
  public var ipv6: IPv6Address? { if case .v6(let address) = self { address } else { nil } }
}

extension IPAddress: CustomStringConvertible {
  /// `192.168.122.1`, `2001:db8::1`
  public var description: String {
    switch self {
    case .v4(let address): address.description
    case .v6(let address): address.description
    }
  }
}
