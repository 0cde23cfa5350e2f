internal import CLinux
public import LinuxTypes

/// A tap: a network interface whose other end is descriptors, one a queue.
///
/// What is written to a descriptor arrives at the interface, and the other way round. When the last
/// descriptor is closed, the interface is gone, unless it is persistent.
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

  /// Takes back what somebody may have set who was attached while the tap was nobody's.
  public borrowing func forgetSettings() throws(Errno) {
    _ = try value(clinux_tun_forget_settings(queues.numbers[0]))
  }

  /// Has the interface outlive its descriptors, or not (TUNSETPERSIST). Whoever has one may.
  public borrowing func setPersistent(_ isPersistent: Bool) throws(Errno) {
    _ = try value(clinux_tun_set_persistent(queues.numbers[0], isPersistent ? 1 : 0))
  }

  /// Attaches the first queue to the interface `name`, which somebody made before.
  ///
  /// For a process without CAP_NET_ADMIN: with it, an interface that is not there would be made.
  /// Throws EPERM unless the interface is there and the process's user its owner, EBUSY if it has
  /// but one queue and that is taken.
  public borrowing func join(_ name: [UInt8], isMultiQueue: Bool) throws(Errno) {
    let multiQueue = isMultiQueue ? Int32(IFF_MULTI_QUEUE) : 0
    guard try attach(queues.numbers[0], to: name, flags: flags(false) | multiQueue) == name else {
      throw .invalid
    }
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
