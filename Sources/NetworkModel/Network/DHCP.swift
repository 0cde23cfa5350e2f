public import LinuxTypes

/// What DHCP gives out in a block (`<dhcp>`); DHCPv6 if the block is of IPv6.
public struct DHCP: Equatable, Sendable {
  /// How long a lease lasts (`<lease>`).
  public struct Lease: Equatable, Sendable {
    /// The unit of ``expiry``.
    public enum Unit: String, CaseIterable, Sendable { case seconds, minutes, hours }
    /// How many units; 0 for for ever.
    public var expiry: UInt32
    /// In what; nil, if the definition does not say, for minutes.
    public var unit: Unit?
    /// What other programs keep in it.
    public var foreign = ForeignContent()

    /// A lease.
    public init(expiry: UInt32, unit: Unit?) {
      self.expiry = expiry
      self.unit = unit
    }

    /// How long it lasts, in seconds; 0 for for ever.
    public var seconds: UInt64 {
      switch unit {
      case .seconds: UInt64(expiry)
      case .minutes, nil: UInt64(expiry) * 60
      case .hours: UInt64(expiry) * 3600
      }
    }
  }

  /// Addresses that anybody may get (`<range>`).
  public struct Range: Equatable, Sendable {
    /// The addresses.
    public var addresses: IPRange
    /// How long; nil for dnsmasq's hour.
    public var lease: Lease?
    /// What other programs keep in it.
    public var foreign = ForeignContent()

    /// A range.
    public init(addresses: IPRange, lease: Lease? = nil) {
      self.addresses = addresses
      self.lease = lease
    }
  }

  /// An address that one guest always gets (`<host>`).
  public struct Host: Equatable, Sendable {
    /// The guest's Ethernet address; of IPv4 only.
    public var mac: MACAddress?
    /// The guest's DUID (RFC 8415), hexadecimal bytes with colons between, as libvirt takes it; of
    /// IPv6 only.
    public var id: String?
    /// The name it gets, or is known by if `mac` and `id` are nil.
    public var name: HostName?
    /// The address it gets. A definition always has one.
    public var address: IPAddress?
    /// How long.
    public var lease: Lease?
    /// What other programs keep in it.
    public var foreign = ForeignContent()

    /// A host; at least one of `mac`, `id` and `name` is there.
    public init(
      mac: MACAddress?, id: String? = nil, name: HostName?, address: IPAddress?,
      lease: Lease? = nil
    ) {
      self.mac = mac
      self.id = id
      self.name = name
      self.address = address
      self.lease = lease
    }
  }

  /// What a guest that starts from the network loads (`<bootp>`).
  public struct Boot: Equatable, Sendable {
    /// The file.
    public var file: String
    /// The host that has it, by name or address; nil for this one.
    public var server: String?
    /// What other programs keep in it.
    public var foreign = ForeignContent()

    /// A file of a server.
    public init(file: String, server: String?) {
      self.file = file
      self.server = server
    }
  }

  /// Addresses for anybody.
  public var ranges: [Range] = []
  /// Addresses for one guest each.
  public var hosts: [Host] = []
  /// What to start from the network.
  public var boot: Boot?
  /// What other programs keep in it.
  public var foreign = ForeignContent()

  /// Nothing.
  public init() {}
}
