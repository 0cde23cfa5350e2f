internal import CLinux
internal import CNetlink
internal import LinuxTypes

/// One routing netlink message being written: a header, a body, attributes, built by libnl.
///
/// Source: `man 7 netlink`, `<linux/netlink.h>`; libnl's "Message Construction".
@safe
struct NetlinkMessage: ~Copyable {
  // SAFETY: allocated in `init`, freed in `deinit`, and never given out.
  private let message: OpaquePointer

  /// A message of `type` (RTM_…) and `flags` (NLM_F_…) that starts with a copy of `body`.
  init<Body: BitwiseCopyable>(type: Int, flags: Int32, sequence: UInt32, body: Body) {
    // SAFETY: libnl's allocator returns a message with room for `capacity` bytes, or NULL, and everything
    // below writes through libnl, which checks the room.
    guard let message = unsafe nlmsg_alloc_size(Self.capacity) else { fatalError("out of memory") }
    guard unsafe nlmsg_put(message, 0, sequence, Int32(type), 0, flags) != nil else {
      fatalError("no room for a header")
    }
    unsafe self.message = message
    // SAFETY: the body is plain bytes, and libnl copies as many as it is long.
    let result = unsafe withUnsafeBytes(of: body) { bytes in
      unsafe nlmsg_append(
        message, UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count,
        Int32(NLMSG_ALIGNTO))
    }
    precondition(result == 0, "no room for a body")
  }

  /// Room for every message of ours: the largest has an alias of 255 bytes.
  private static let capacity = 1024

  deinit { unsafe nlmsg_free(message) }

  /// Appends an attribute of bytes.
  mutating func append(_ type: Int, _ bytes: [UInt8]) {
    // SAFETY: libnl copies as many bytes as the array has.
    let result = unsafe nla_put(message, Int32(type), Int32(bytes.count), bytes)
    precondition(result == 0, "no room for an attribute")
  }

  /// Appends an attribute of text, with the NUL that the kernel wants (NLA_NUL_STRING).
  mutating func append(_ type: Int, text: [UInt8]) { append(type, text + [0]) }

  /// Appends an attribute of one byte.
  mutating func append(_ type: Int, byte value: UInt8) { append(type, [value]) }

  /// Appends an attribute of four bytes in the machine's order.
  mutating func append(_ type: Int, number value: UInt32) {
    let ordered = value.littleEndian
    append(type, [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: ordered >> $0) })
  }

  /// Appends an attribute of the attributes that `body` appends.
  mutating func nest(_ type: Int, _ body: (inout NetlinkMessage) -> Void) {
    // SAFETY: the nest's pointer is into this message, which is not freed meanwhile.
    guard let nest = unsafe nla_nest_start(message, Int32(type)) else {
      preconditionFailure("no room for a nest")
    }
    body(&self)
    unsafe nla_nest_end(message, nest)
  }

  /// The message as it goes to the kernel.
  var bytes: [UInt8] {
    guard let header = unsafe nlmsg_hdr(message) else { return [] }
    // SAFETY: nlmsg_len counts the header and everything appended, all of it in one block.
    return unsafe Array(
      UnsafeRawBufferPointer(start: header, count: Int(header.pointee.nlmsg_len)))
  }
}
