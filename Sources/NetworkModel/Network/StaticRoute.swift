/// A block of addresses that is reached by way of a guest (`<route>`).
public struct StaticRoute: Equatable, Sendable {
  /// An address in the block, as the definition writes it.
  public var address: IPAddress
  /// How large the block is; nil as in ``AddressBlock/size``.
  public var size: AddressBlock.Size?
  /// Whether the definition says `family='ipv4'`.
  public var namesFamily: Bool
  /// The guest.
  public var gateway: IPAddress
  /// The lower, the better; nil for 1.
  public var metric: UInt32?
  /// What other programs keep in it.
  public var foreign = ForeignContent()

  /// A route.
  public init(
    address: IPAddress, size: AddressBlock.Size?, namesFamily: Bool = false, gateway: IPAddress,
    metric: UInt32? = nil
  ) {
    self.address = address
    self.size = size
    self.namesFamily = namesFamily
    self.gateway = gateway
    self.metric = metric
  }

  /// The block; nil if its size cannot be. Without a size, `0.0.0.0` and `::` mean everything.
  public var network: IPNetwork? {
    if size == nil, address.bytes.allSatisfy({ $0 == 0 }) {
      return IPNetwork(containing: address, prefixLength: 0)
    }
    return AddressBlock.prefixLength(size, of: address).flatMap {
      IPNetwork(containing: address, prefixLength: $0)
    }
  }
}
