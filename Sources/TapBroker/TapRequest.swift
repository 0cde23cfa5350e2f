public import LinuxTypes

/// What a caller asks for.
public struct TapRequest: Equatable, Sendable {
  /// The bridge, by its own or an alternative name.
  public var bridge: InterfaceName
  /// Whether each frame has a `struct virtio_net_hdr` in front (`--use-vnet`).
  public var virtioHeader = false
  /// How many queues the tap has, 1 to 126 (`--queues=N`).
  public var queues = 1
  /// Whether as many vhost-net descriptors follow (`--vhost`).
  public var vhost = false
  /// A further name for the tap (`--name=IFNAME`).
  public var name: InterfaceName?

  /// Whether the tap outlives the process that makes it (`--persist`).
  public var isPersistent = false

  /// A request for one plain tap on `bridge`.
  public init(bridge: InterfaceName) { self.bridge = bridge }
}
