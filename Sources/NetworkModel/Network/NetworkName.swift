/// What people call a network.
///
/// 1 to 200 bytes of UTF-8 without `/` and control bytes, and neither `.` nor `..`: files are named
/// after it.
public struct NetworkName: Equatable, Hashable, Comparable, Sendable {
  /// The name.
  public let text: String

  /// Takes `text` as a name, or returns nil if the rule above forbids it.
  public init?(_ text: String) {
    let bytes = text.utf8
    guard (1...200).contains(bytes.count), text != ".", text != ".." else { return nil }
    var last: UInt8 = 0
    for byte in bytes {
      if byte < 0x20 || byte == 0x7F || byte == UInt8(ascii: "/") { return nil }
      // Those of C1, which steer terminals as well, are C2 80 to C2 9F.
      if last == 0xC2, byte < 0xA0 { return nil }
      last = byte
    }
    self.text = text
  }

  /// By bytes, as files have it: to `String`, one that is composed otherwise is the same.
  public static func == (left: Self, right: Self) -> Bool {
    left.text.utf8.elementsEqual(right.text.utf8)
  }

  /// By bytes.
  public func hash(into hasher: inout Hasher) {
    for byte in text.utf8 { hasher.combine(byte) }
  }

  /// By value.
  public static func < (left: Self, right: Self) -> Bool {
    left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
  }
}

extension NetworkName: CustomStringConvertible {
  /// The name.
  public var description: String { text }
}
