internal import LinuxTypes

/// Ports of TCP or UDP, from the first to the last, both included.
public struct PortRange: Equatable, Hashable, Sendable {
  /// The lowest port.
  public let first: UInt16
  /// The highest port.
  public let last: UInt16

  /// Takes both ends, or returns nil if the first is above the last or zero, which no connection
  /// can have.
  public init?(_ first: UInt16, through last: UInt16) {
    guard first > 0, first <= last else { return nil }
    self.first = first
    self.last = last
  }

  /// Parses `2222` or `8000-8010`; nil for anything else.
  public init?(_ text: String) {
    let ends = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard ends.count <= 2, let first = DecimalNumber.parse(ends[0], maximum: 65535),
      let last = ends.count == 1 ? first : DecimalNumber.parse(ends[1], maximum: 65535)
    else { return nil }
    self.init(UInt16(first), through: UInt16(last))
  }

  /// How many ports.
  public var count: Int { Int(last - first) + 1 }

  /// `2222`, or `8000-8010` where there are several.
  public var text: String { first == last ? "\(first)" : "\(first)-\(last)" }

  /// All ports that need no privilege, 1024 to 65535: what masqueraded connections get unless asked
  /// otherwise.
  public static let unprivileged = PortRange(unchecked: 1024, 65535)

  private init(unchecked first: UInt16, _ last: UInt16) {
    self.first = first
    self.last = last
  }
}

extension PortRange: CustomStringConvertible {
  /// `1024-65535`
  public var description: String { "\(first)-\(last)" }
}
