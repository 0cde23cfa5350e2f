public import LinuxTypes

/// One address of the host in a network, and the block around it (`<ip>`).
public struct AddressBlock: Equatable, Sendable {
  /// The address, and what says how large the block is.
  public enum Address: Equatable, Sendable {
    /// `address`, and `netmask` or `prefix`.
    case ipv4(IPv4Address, IPv4Size?)
    /// `address`, and `prefix` (0 to 128).
    case ipv6(IPv6Address, prefixLength: Int?)
  }

  /// How the definition says how large a block is; it is written back the same way.
  public enum IPv4Size: Equatable, Sendable {
    /// `netmask='255.255.255.0'`
    case netmask(IPv4Address)
    /// `prefix='24'`
    case prefix(Int)
  }

  /// The host's address.
  public var address: Address
  /// Whether the definition says `family='ipv4'`, which goes without saying.
  public var namesFamily: Bool
  /// What is given out by DHCP; nil for nothing.
  public var dhcp: DHCP?

  /// A block without DHCP.
  public init(address: Address, namesFamily: Bool = false) {
    self.address = address
    self.namesFamily = namesFamily
  }

  /// The block, if it is of IPv4. Without a size it is that of the address's old class (RFC 791),
  /// as in libvirt.
  public var ipv4Network: IPv4Network? {
    guard case .ipv4(let address, let size) = address else { return nil }
    let length: Int? =
      switch size {
      case .prefix(let length): length
      case .netmask(let mask): IPv4Network.prefixLength(ofNetmask: mask)
      case nil:
        switch address.rawValue >> 24 {
        case 0...127: 8
        case 128...191: 16
        case 192...223: 24
        default: 32
        }
      }
    return length.flatMap { IPv4Network(containing: address, prefixLength: $0) }
  }
}

/// What DHCP gives out in a block (`<dhcp>`).
public struct DHCP: Equatable, Sendable {
  /// How long a lease lasts (`<lease>`).
  public struct Lease: Equatable, Sendable {
    /// The unit of ``expiry``.
    public enum Unit: String, CaseIterable, Sendable { case seconds, minutes, hours }
    /// How many units; 0 for for ever.
    public var expiry: UInt32
    /// In what; nil, if the definition does not say, for minutes.
    public var unit: Unit?

    /// A lease.
    public init(expiry: UInt32, unit: Unit?) {
      self.expiry = expiry
      self.unit = unit
    }
  }

  /// Addresses that anybody may get (`<range>`).
  public struct Range: Equatable, Sendable {
    /// The addresses.
    public var addresses: IPv4Range
    /// How long; nil for dnsmasq's hour.
    public var lease: Lease?

    /// A range.
    public init(addresses: IPv4Range, lease: Lease? = nil) {
      self.addresses = addresses
      self.lease = lease
    }
  }

  /// An address that one guest always gets (`<host>`).
  public struct Host: Equatable, Sendable {
    /// The guest's Ethernet address.
    public var mac: MACAddress?
    /// The name it gets, or is known by if `mac` is nil.
    public var name: HostName?
    /// The address it gets.
    public var address: IPv4Address?
    /// How long.
    public var lease: Lease?

    /// A host; at least one of `mac` and `name` is there.
    public init(
      mac: MACAddress?, name: HostName?, address: IPv4Address?, lease: Lease? = nil
    ) {
      self.mac = mac
      self.name = name
      self.address = address
      self.lease = lease
    }
  }

  /// Addresses for anybody.
  public var ranges: [Range] = []
  /// Addresses for one guest each.
  public var hosts: [Host] = []

  /// Nothing.
  public init() {}
}
