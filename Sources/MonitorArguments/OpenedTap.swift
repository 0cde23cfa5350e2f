public import LinuxTypes

/// A tap that is there: what a monitor is told of it.
public struct OpenedTap: Equatable, Sendable {
  /// The descriptors of its queues, as the monitor finds them open; none of one that it opens by
  /// name.
  public let descriptors: [Int32]
  /// The descriptors of vhost-net; as many, or none.
  public let vhosts: [Int32]
  /// The interface's own name.
  public let name: InterfaceName
  /// The address of the guest's card.
  public let address: MACAddress

  /// Takes all of it.
  public init(
    descriptors: [Int32], vhosts: [Int32], name: InterfaceName, address: MACAddress
  ) {
    self.descriptors = descriptors
    self.vhosts = vhosts
    self.name = name
    self.address = address
  }
}
