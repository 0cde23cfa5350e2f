import TestSupport

/// Messages of ICMP and ICMPv6 that know one another again, whatever happens to them on the way.
enum Echo {
  /// Begins what a request carries; the kernel may change all that stands in front of it.
  private static let mark = Array("tapster test ".utf8)

  enum Kind { case request, reply, error }

  /// An echo request (RFC 792, RFC 4443) that carries that number.
  static func request(_ number: Int, isIPv6: Bool) -> [UInt8] {
    let digits = [UInt8(number >> 8), UInt8(number & 0xff)]
    // An even number of bytes.
    var bytes = [isIPv6 ? 128 : 8, 0, 0, 0, 0x70, 0x72] + digits + mark + digits + [0]
    // The kernel fills in ICMPv6's checksum, which covers addresses.
    guard !isIPv6 else { return bytes }
    var sum = 0
    for position in stride(from: 0, to: bytes.count, by: 2) {
      sum += Int(bytes[position]) << 8 | Int(bytes[position + 1])
    }
    while sum > 0xffff { sum = sum & 0xffff + sum >> 16 }
    bytes[2] = UInt8(~sum >> 8 & 0xff)
    bytes[3] = UInt8(~sum & 0xff)
    return bytes
  }

  /// Which of our echo requests a message is, answers, or says cannot be delivered.
  static func message(_ received: HostSocket.Received) -> (Kind, Int)? {
    let isIPv6 = received.address.contains(":")
    var bytes = received.bytes[...]
    if !isIPv6 { bytes = bytes.dropFirst(Int(bytes.first ?? 0) & 15 * 4) }
    guard let type = bytes.first else { return nil }
    let kind: Kind
    switch (isIPv6, type) {
    case (false, 8), (true, 128): kind = .request
    case (false, 0), (true, 129): kind = .reply
    case (false, 3), (true, 1):
      kind = .error
      // Behind its header, the packet that it is about.
      bytes = bytes.dropFirst(8)
      bytes = bytes.dropFirst(isIPv6 ? 40 : Int(bytes.first ?? 0) & 15 * 4)
    default: return nil
    }
    let carried = Array(bytes.dropFirst(8))
    guard carried.starts(with: mark), carried.count > mark.count + 1 else { return nil }
    return (kind, Int(carried[mark.count]) << 8 | Int(carried[mark.count + 1]))
  }
}
