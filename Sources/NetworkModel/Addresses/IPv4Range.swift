/// Addresses from the first to the last, both included.
public struct IPv4Range: Equatable, Hashable, Sendable {
  /// The lowest address.
  public let first: IPv4Address
  /// The highest address.
  public let last: IPv4Address

  /// Takes both ends, or returns nil if the first is above the last.
  public init?(_ first: IPv4Address, through last: IPv4Address) {
    guard first <= last else { return nil }
    self.first = first
    self.last = last
  }

  /// How many addresses.
  public var count: Int { Int(last.rawValue - first.rawValue) + 1 }
}
