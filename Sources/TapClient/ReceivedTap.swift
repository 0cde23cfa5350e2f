public import LinuxTypes

/// A tap that the helper gave us: it is there as long as its descriptors are open, which somebody
/// else holds.
public struct ReceivedTap: Equatable, Sendable {
  /// The interface's own name.
  public let name: InterfaceName
  /// The numbers of its descriptors, one a queue.
  public let descriptors: [Int32]
  /// Those of vhost-net's; as many, or none if none were asked for.
  public let vhosts: [Int32]
}
