/// The number the kernel knows a network interface by (`man 7 netdevice`, SIOCGIFINDEX).
///
/// Positive. Unlike a name, it is never given to another interface while this one lives, and a
/// rename does not change it.
public struct InterfaceIndex: Equatable, Hashable, Comparable, Sendable {
  /// The number, 1 or more.
  public let rawValue: Int32

  /// Takes `rawValue`, or returns nil if it is not positive.
  public init?(_ rawValue: Int32) {
    guard rawValue > 0 else { return nil }
    self.rawValue = rawValue
  }

  /// Orders by number.
  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
