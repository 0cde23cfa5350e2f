internal import CLinux
public import LinuxTypes

/// A tap: a network interface whose other end is descriptors, one a queue.
///
/// What is written to a descriptor arrives at the interface, and the other way round. When the last
/// descriptor is closed, the interface is gone.
/// Source: the kernel's Documentation/networking/tuntap.rst and `<linux/if_tun.h>`.
public struct TapDevice: ~Copyable {
  /// One open `/dev/net/tun` a queue; at least one.
  public let queues: DescriptorList

  /// The path of the device that makes taps.
  public static let devicePath = FilePath("/dev/net/tun")

  /// Takes over descriptors of `/dev/net/tun`, one a queue, none attached to an interface yet.
  public init(unattached queues: consuming DescriptorList) {
    precondition(!queues.numbers.isEmpty, "a tap has at least one queue")
    self.queues = queues
  }

  /// Makes the interface and attaches the first queue to it. Returns the interface's name.
  ///
  /// `template` is 1 to 15 bytes with one `%d`, for which the kernel puts the lowest number that is
  /// free. With `virtioHeader` each frame has a `struct virtio_net_hdr` in front. Throws EBUSY if
  /// the interface is there already, EPERM without CAP_NET_ADMIN.
  public borrowing func create(template: [UInt8], virtioHeader: Bool) throws(Errno) -> [UInt8] {
    try attach(queues.numbers[0], to: template, flags: flags(virtioHeader) | IFF_TUN_EXCL)
  }

  /// Attaches the queues after the first to the interface `name`, which
  /// ``create(template:virtioHeader:)`` made.
  public borrowing func attachFurtherQueues(to name: [UInt8], virtioHeader: Bool) throws(Errno) {
    for queue in queues.numbers.dropFirst() {
      _ = try attach(queue, to: name, flags: flags(virtioHeader))
    }
  }

  /// Makes `owner` the one who may attach to the interface without CAP_NET_ADMIN (TUNSETOWNER).
  public borrowing func setOwner(_ owner: UserID) throws(Errno) {
    _ = try value(clinux_tun_set_owner(queues.numbers[0], owner.rawValue))
  }

  private borrowing func flags(_ virtioHeader: Bool) -> Int32 {
    var flags = Int32(IFF_TAP | IFF_NO_PI)
    if virtioHeader { flags |= Int32(IFF_VNET_HDR) }
    if queues.numbers.count > 1 { flags |= Int32(IFF_MULTI_QUEUE) }
    return flags
  }

  private borrowing func attach(_ queue: Int32, to name: [UInt8], flags: Int32) throws(Errno)
    -> [UInt8]
  {
    guard var buffer = InterfaceNameBuffer(name) else { throw .nameTooLong }
    // SAFETY: the buffer has the IFNAMSIZ bytes that the call reads and writes.
    _ = try value(
      unsafe clinux_tun_attach(queue, &buffer.bytes, Int16(truncatingIfNeeded: flags)))
    return buffer.name
  }
}
