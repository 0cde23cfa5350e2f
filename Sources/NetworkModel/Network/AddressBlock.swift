/// One address of the host in a network, the block around it, and what guests are given there
/// (`<ip>`).
public struct AddressBlock: Equatable, Sendable {
  /// How the definition says how large a block is; it is written back the same way.
  public enum Size: Equatable, Sendable {
    /// `netmask='255.255.255.0'`, of IPv4 only.
    case netmask(IPv4Address)
    /// `prefix='24'`: 0 to 32, or 0 to 128 for IPv6.
    case prefix(Int)
  }

  /// The host's address.
  public var address: IPAddress
  /// What the definition says of the block's size; nil for the size of the address's old class
  /// (RFC 791) or, for IPv6, 64 bits.
  public var size: Size?
  /// Whether the definition says `family='ipv4'`, which goes without saying; IPv6 always says it.
  public var namesFamily: Bool
  /// `localPtr`: reverse names in the block are never asked of other servers. Nil if the
  /// definition does not say.
  public var localPtr: Bool?
  /// The directory that guests may load files from by TFTP (`<tftp root='…'/>`).
  public var tftpRoot: String?
  /// What is given out by DHCP; nil for nothing.
  public var dhcp: DHCP?
  /// What other programs keep in it.
  public var foreign = ForeignContent()

  /// A block without DHCP.
  public init(address: IPAddress, size: Size?, namesFamily: Bool = false) {
    self.address = address
    self.size = size
    self.namesFamily = namesFamily
  }

  /// The version of IP.
  public var family: IPAddress.Family { address.family }

  /// The block; nil if its size cannot be.
  public var network: IPNetwork? {
    Self.prefixLength(size, of: address).flatMap {
      IPNetwork(containing: address, prefixLength: $0)
    }
  }

  /// How many bits `size` means for `address`, as libvirt understands it.
  static func prefixLength(_ size: Size?, of address: IPAddress) -> Int? {
    switch (size, address) {
    case (.prefix(let length), _): length
    case (.netmask(let mask), .v4): IPv4Network.prefixLength(ofNetmask: mask)
    case (.netmask, .v6): nil
    case (nil, .v6): 64
    case (nil, .v4(let address)):
      switch address.rawValue >> 24 {
      case 0...127: 8
      case 128...191: 16
      case 192...223: 24
      default: 32
      }
    }
  }
}
