internal import CLinux

/// The attributes of a received message or nest: length and type, two bytes each, then the payload,
/// padded to four bytes (`struct nlattr` of `<linux/netlink.h>`).
///
/// Reading stops at an attribute that does not fit in its parent.
struct NetlinkAttributes: Sequence {
  private let bytes: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

  /// The payload of the first attribute of `type`.
  subscript(_ type: Int) -> ArraySlice<UInt8>? {
    for (found, payload) in self where found == type { return payload }
    return nil
  }

  func makeIterator() -> Iterator { Iterator(rest: bytes) }

  struct Iterator: IteratorProtocol {
    fileprivate var rest: ArraySlice<UInt8>

    mutating func next() -> (type: Int, payload: ArraySlice<UInt8>)? {
      guard let length = rest.machineUInt16.map({ Int($0) }), length >= 4, length <= rest.count,
        let number = rest.dropFirst(2).machineUInt16
      else { return nil }
      // The two upper bits say "nest" and "network byte order" (NLA_TYPE_MASK).
      let type = Int(number & 0x3FFF)
      let payload = rest.prefix(length).dropFirst(4)
      rest = rest.dropFirst((length + 3) & ~3)
      return (type, payload)
    }
  }
}

extension ArraySlice<UInt8> {
  /// The first eight bytes as a number in the machine's order, or nil if there are fewer.
  var machineUInt64: UInt64? {
    guard let first = machineUInt32, let second = dropFirst(4).machineUInt32 else { return nil }
    return UInt64(littleEndian: UInt64(first.littleEndian) | UInt64(second.littleEndian) << 32)
  }

  /// The first four bytes as a number in the machine's order, or nil if there are fewer.
  var machineUInt32: UInt32? {
    guard count >= 4 else { return nil }
    return UInt32(littleEndian: prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) })
  }

  /// The first two bytes as a number in the machine's order, or nil if there are fewer.
  var machineUInt16: UInt16? {
    guard count >= 2 else { return nil }
    return UInt16(littleEndian: UInt16(self[startIndex]) | UInt16(self[startIndex + 1]) << 8)
  }

  /// The bytes before the first NUL.
  var untilNUL: [UInt8] { Array(prefix { $0 != 0 }) }
}
