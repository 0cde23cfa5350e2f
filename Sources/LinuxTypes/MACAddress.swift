/// An Ethernet address of six bytes (IEEE 802).
public struct MACAddress: Equatable, Hashable, Sendable {
  /// The six bytes, first on the wire first.
  public let bytes: [UInt8]

  /// Takes six bytes, or returns nil for any other number of them.
  public init?(bytes: some Collection<UInt8>) {
    guard bytes.count == 6 else { return nil }
    self.bytes = Array(bytes)
  }

  /// Parses `52:54:00:12:34:56`: six bytes of one or two hexadecimal digits, colons between, case
  /// ignored. Returns nil for anything else.
  public init?(_ text: some Sequence<UInt8>) {
    var bytes: [UInt8] = []
    var current: UInt8 = 0
    var digits = 0
    for character in text {
      if character == UInt8(ascii: ":") {
        guard digits > 0, bytes.count < 5 else { return nil }
        bytes.append(current)
        (current, digits) = (0, 0)
        continue
      }
      guard let value = Self.hexadecimal(character), digits < 2 else { return nil }
      current = current << 4 | value
      digits += 1
    }
    guard digits > 0, bytes.count == 5 else { return nil }
    bytes.append(current)
    self.bytes = bytes
  }

  /// Parses as ``init(_:)-swift.init`` does.
  public init?(_ text: String) { self.init(text.utf8) }

  /// Whether it names a group of stations (multicast or broadcast), which no port can have.
  public var isMulticast: Bool { bytes[0] & 1 == 1 }

  private static func hexadecimal(_ character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}

extension MACAddress: CustomStringConvertible {
  /// `52:54:00:12:34:56`, lower case.
  public var description: String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for (position, byte) in bytes.enumerated() {
      if position > 0 { text.append(UInt8(ascii: ":")) }
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 0xF)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}
