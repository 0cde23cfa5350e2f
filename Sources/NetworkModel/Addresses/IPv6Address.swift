/// An address of IP version 6 (RFC 4291).
public struct IPv6Address: Equatable, Hashable, Comparable, Sendable {
  /// Its 128 bits, the first byte on the wire the most significant.
  public let rawValue: UInt128

  /// Takes the 128 bits.
  public init(rawValue: UInt128) { self.rawValue = rawValue }

  /// Its eight groups of 16 bits, first on the wire first.
  public var groups: [UInt16] {
    (0..<8).map { UInt16(truncatingIfNeeded: rawValue >> (112 - 16 * $0)) }
  }

  /// Its 16 bytes, first on the wire first.
  public var bytes: [UInt8] {
    (0..<16).map { UInt8(truncatingIfNeeded: rawValue >> (120 - 8 * $0)) }
  }

  /// Parses the forms of RFC 4291 section 2.2, the mixed one with a dotted quad included; nil for
  /// anything else.
  public init?(_ text: String) {
    var bytes = Array(text.utf8)
    // The last 32 bits may be written as an IPv4 address; two groups of its bits mean the same.
    if bytes.contains(UInt8(ascii: ".")) {
      guard let colon = bytes.lastIndex(of: UInt8(ascii: ":")),
        let quad = IPv4Address(String(decoding: bytes[(colon + 1)...], as: UTF8.self))
      else { return nil }
      let groups = [quad.rawValue >> 16, quad.rawValue & 0xFFFF].map { String($0, radix: 16) }
      bytes = bytes[...colon] + Array(groups.joined(separator: ":").utf8)
    }
    var halves: [[UInt8]] = [[]]
    var position = 0
    while position < bytes.count {
      if bytes[position] == UInt8(ascii: ":"), position + 1 < bytes.count,
        bytes[position + 1] == UInt8(ascii: ":")
      {
        halves.append([])
        position += 2
      } else {
        halves[halves.count - 1].append(bytes[position])
        position += 1
      }
    }
    guard halves.count <= 2, let front = Self.groups(halves[0]) else { return nil }
    var all = front
    if halves.count == 1 {
      guard front.count == 8 else { return nil }
    } else {
      guard let back = Self.groups(halves[1]), front.count + back.count < 8 else { return nil }
      all += [UInt16](repeating: 0, count: 8 - front.count - back.count) + back
    }
    rawValue = all.reduce(0) { $0 << 16 | UInt128($1) }
  }

  /// By value.
  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

  private static func groups(_ text: [UInt8]) -> [UInt16]? {
    if text.isEmpty { return [] }
    var groups: [UInt16] = []
    for part in text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false) {
      guard (1...4).contains(part.count), part.first != UInt8(ascii: "+"),
        part.first != UInt8(ascii: "-"),
        let group = UInt16(String(decoding: part, as: UTF8.self), radix: 16)
      else { return nil }
      groups.append(group)
    }
    return groups
  }
}

extension IPv6Address: CustomStringConvertible {
  /// The text of RFC 5952: lower case, the longest run of two or more zero groups as `::`. An IPv4
  /// address in the last 32 bits, behind zeros or `ffff`, is dotted, as inet_ntop(3) has it.
  public var description: String {
    let groups = groups
    let front = rawValue >> 32
    if front == 0xFFFF || (front == 0 && groups[6] != 0) {
      let quad = IPv4Address(rawValue: UInt32(truncatingIfNeeded: rawValue))
      return front == 0 ? "::\(quad)" : "::ffff:\(quad)"
    }
    var longest = 0..<0
    var start = 0
    while start < 8 {
      var end = start
      while end < 8, groups[end] == 0 { end += 1 }
      if end - start > max(1, longest.count) { longest = start..<end }
      start = max(end, start + 1)
    }
    func text(_ part: some Sequence<UInt16>) -> String {
      part.map { String($0, radix: 16) }.joined(separator: ":")
    }
    if longest.isEmpty { return text(groups) }
    return "\(text(groups[..<longest.lowerBound]))::\(text(groups[longest.upperBound...]))"
  }
}
