/// The number that a network keeps for life (RFC 4122).
public struct UUID: Equatable, Hashable, Sendable {
  /// Its 16 bytes.
  public let bytes: [UInt8]

  /// Makes one of version 4 from 16 random bytes; nil for any other number of them.
  public init?(random bytes: [UInt8]) {
    guard bytes.count == 16 else { return nil }
    var bytes = bytes
    bytes[6] = bytes[6] & 0x0F | 0x40
    bytes[8] = bytes[8] & 0x3F | 0x80
    self.bytes = bytes
  }

  init(checked bytes: [UInt8]) { self.bytes = bytes }

  /// Parses 32 hexadecimal digits, in which hyphens may stand anywhere, as libvirt takes them; nil
  /// for anything else.
  public init?(_ text: String) {
    var bytes: [UInt8] = []
    var half: UInt8?
    for character in text.utf8 where character != UInt8(ascii: "-") {
      let digit: UInt8
      switch character {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = character - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = character - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = character - UInt8(ascii: "A") + 10
      default: return nil
      }
      if let first = half {
        bytes.append(first << 4 | digit)
        half = nil
      } else {
        half = digit
      }
    }
    guard half == nil, bytes.count == 16 else { return nil }
    self.bytes = bytes
  }
}

extension UUID: CustomStringConvertible {
  /// `81ff0d90-c91e-6742-64da-4a736edb9a9b`
  public var description: String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for (position, byte) in bytes.enumerated() {
      if [4, 6, 8, 10].contains(position) { text.append(UInt8(ascii: "-")) }
      text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
    return String(decoding: text, as: UTF8.self)
  }
}
