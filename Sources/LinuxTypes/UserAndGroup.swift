/// A user's number (`man 7 credentials`).
public struct UserID: Equatable, Hashable, Sendable {
  /// The number; 4294967295 stands for "no user" in the kernel and is no user's.
  public let rawValue: UInt32

  /// Takes `rawValue`, or returns nil for 4294967295.
  public init?(_ rawValue: UInt32) {
    guard rawValue != .max else { return nil }
    self.rawValue = rawValue
  }
}

/// A group's number (`man 7 credentials`).
public struct GroupID: Equatable, Hashable, Sendable {
  /// The number; 4294967295 stands for "no group" in the kernel and is no group's.
  public let rawValue: UInt32

  /// Takes `rawValue`, or returns nil for 4294967295.
  public init?(_ rawValue: UInt32) {
    guard rawValue != .max else { return nil }
    self.rawValue = rawValue
  }
}
