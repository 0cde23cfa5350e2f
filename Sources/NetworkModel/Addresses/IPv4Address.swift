internal import LinuxTypes

/// An address of IP version 4 (RFC 791).
public struct IPv4Address: Equatable, Hashable, Comparable, Sendable {
  /// Its 32 bits, the first byte on the wire the most significant.
  public let rawValue: UInt32

  /// Takes the 32 bits.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Parses four decimal numbers up to 255 with dots between, without leading zeros; nil for
  /// anything else.
  public init?(_ text: String) {
    let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var bits: UInt32 = 0
    for part in parts {
      guard let byte = DecimalNumber.parse(part, maximum: 255) else { return nil }
      bits = bits << 8 | byte
    }
    rawValue = bits
  }

  /// By value.
  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

extension IPv4Address: CustomStringConvertible {
  /// `192.168.122.1`
  public var description: String {
    "\(rawValue >> 24).\(rawValue >> 16 & 255).\(rawValue >> 8 & 255).\(rawValue & 255)"
  }
}
