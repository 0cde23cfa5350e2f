/// Addresses of one IP version from the first to the last, both included.
public struct IPRange: Equatable, Hashable, Sendable {
  /// The lowest address.
  public let first: IPAddress
  /// The highest address.
  public let last: IPAddress

  /// Takes both ends, or returns nil if the first is above the last, or they are of different
  /// versions.
  public init?(_ first: IPAddress, through last: IPAddress) {
    switch (first, last) {
    case (.v4(let low), .v4(let high)): guard low <= high else { return nil }
    case (.v6(let low), .v6(let high)): guard low <= high else { return nil }
    default: return nil
    }
    self.first = first
    self.last = last
  }

  /// How many addresses; `Int.max` if they are more than an `Int` counts.
  public var count: Int {
    switch (first, last) {
    case (.v4(let low), .v4(let high)): Int(high.rawValue - low.rawValue) + 1
    case (.v6(let low), .v6(let high)):
      high.rawValue - low.rawValue < UInt128(Int.max) ? Int(high.rawValue - low.rawValue) + 1 : .max
    default: preconditionFailure("a range of two versions")
    }
  }

  /// Whether `address` is one of them.
  public func contains(_ address: IPAddress) -> Bool {
    switch (first, last, address) {
    case (.v4(let low), .v4(let high), .v4(let address)): (low...high).contains(address)
    case (.v6(let low), .v6(let high), .v6(let address)): (low...high).contains(address)
    default: false
    }
  }

  /// The version of its addresses.
  public var family: IPAddress.Family { first.family }
}

extension IPRange: CustomStringConvertible {
  /// `192.168.122.2-192.168.122.254`
  public var description: String { "\(first)-\(last)" }
}
