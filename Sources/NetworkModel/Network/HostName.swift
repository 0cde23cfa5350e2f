/// A name of the DNS, as people write it: `a.example.com` (RFC 1123).
///
/// 1 to 253 bytes: letters, digits, hyphens, underscores and dots. Nothing else, since it goes into
/// files of dnsmasq where a comma or a line's end would begin something new.
public struct HostName: Equatable, Hashable, Sendable {
  /// The name.
  public let text: String

  /// What is allowed, in words.
  static let rule = "a name of letters, digits, '-', '_' and '.'"

  /// Takes `text` as a name, or returns nil if the rule above forbids it.
  public init?(_ text: String) {
    guard (1...253).contains(text.utf8.count) else { return nil }
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
        UInt8(ascii: "."):
        break
      default: return nil
      }
    }
    self.text = text
  }
}

extension HostName: CustomStringConvertible {
  /// The name.
  public var description: String { text }
}
