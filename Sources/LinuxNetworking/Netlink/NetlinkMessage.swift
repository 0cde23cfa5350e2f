internal import CLinux
internal import LinuxTypes

/// One routing netlink message being written: a header, a body, attributes.
///
/// All numbers are in the machine's order, and each part is padded to four bytes.
/// Source: `man 7 netlink`, `<linux/netlink.h>`.
struct NetlinkMessage {
  /// The message so far; the length in its header is set when it is complete.
  private var written: [UInt8] = []

  /// A message of `type` (RTM_…) and `flags` (NLM_F_…) with a body of `body` bytes.
  init(type: Int, flags: Int32, sequence: UInt32, body: [UInt8]) {
    written.reserveCapacity(160)
    // struct nlmsghdr: length, type, flags, sequence, port of the sender, which the kernel knows.
    written.append(machineOrder: UInt32(0))
    written.append(machineOrder: UInt16(type))
    written.append(machineOrder: UInt16(flags))
    written.append(machineOrder: sequence)
    written.append(machineOrder: UInt32(0))
    written += body
  }

  /// Appends an attribute of bytes.
  mutating func append(_ type: Int, _ bytes: [UInt8]) {
    attribute(UInt16(type)) { $0.written += bytes }
  }

  /// Appends an attribute of text, with the NUL that the kernel wants.
  mutating func append(_ type: Int, text: [UInt8]) { append(type, text + [0]) }

  /// Appends an attribute of one byte.
  mutating func append(_ type: Int, byte value: UInt8) { append(type, [value]) }

  /// Appends an attribute of four bytes.
  mutating func append(_ type: Int, number value: UInt32) {
    attribute(UInt16(type)) { $0.written.append(machineOrder: value) }
  }

  /// Appends an attribute that holds what `body` appends.
  mutating func nest(_ type: Int, _ body: (inout NetlinkMessage) -> Void) {
    attribute(UInt16(type) | UInt16(NLA_F_NESTED), body)
  }

  private mutating func attribute(_ type: UInt16, _ body: (inout NetlinkMessage) -> Void) {
    let start = written.count
    written.append(machineOrder: UInt16(0))
    written.append(machineOrder: type)
    body(&self)
    let length = written.count - start
    precondition(length <= Int(UInt16.max), "an attribute of more than 64 KiB")
    written.replace(at: start, machineOrder: UInt16(length))
    while written.count % 4 != 0 { written.append(0) }
  }

  /// The message as it goes to the kernel.
  consuming func complete() -> [UInt8] {
    let low = UInt16(truncatingIfNeeded: written.count)
    precondition(written.count == Int(low), "a message of more than 64 KiB")
    written.replace(at: 0, machineOrder: UInt32(low))
    return written
  }
}

extension [UInt8] {
  mutating func append(machineOrder number: UInt16) {
    let ordered = number.littleEndian
    append(UInt8(truncatingIfNeeded: ordered))
    append(UInt8(truncatingIfNeeded: ordered >> 8))
  }

  mutating func append(machineOrder number: UInt32) {
    let ordered = number.littleEndian
    for shift: UInt32 in [0, 8, 16, 24] { append(UInt8(truncatingIfNeeded: ordered >> shift)) }
  }

  mutating func replace(at position: Int, machineOrder number: UInt16) {
    let ordered = number.littleEndian
    self[position] = UInt8(truncatingIfNeeded: ordered)
    self[position + 1] = UInt8(truncatingIfNeeded: ordered >> 8)
  }

  mutating func replace(at position: Int, machineOrder number: UInt32) {
    let ordered = number.littleEndian
    for index in 0..<4 {
      self[position + index] = UInt8(truncatingIfNeeded: ordered >> (8 * UInt32(index)))
    }
  }
}
