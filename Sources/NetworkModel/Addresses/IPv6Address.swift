/// An address of IP version 6 (RFC 4291).
public struct IPv6Address: Equatable, Hashable, Sendable {
  /// Its eight groups of 16 bits, first on the wire first.
  public let groups: [UInt16]

  /// Parses the forms of RFC 4291 section 2.2 but the mixed one with a dotted quad; nil for
  /// anything else.
  public init?(_ text: String) {
    let bytes = Array(text.utf8)
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
    if halves.count == 1 {
      guard front.count == 8 else { return nil }
      groups = front
      return
    }
    guard let back = Self.groups(halves[1]), front.count + back.count < 8 else { return nil }
    groups = front + [UInt16](repeating: 0, count: 8 - front.count - back.count) + back
  }

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
  /// The text of RFC 5952: lower case, the longest run of two or more zero groups as `::`.
  public var description: String {
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
