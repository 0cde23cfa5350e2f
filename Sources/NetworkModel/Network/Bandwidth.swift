/// How fast packets may go (`<bandwidth>`).
public struct Bandwidth: Equatable, Sendable {
  /// One direction.
  public struct Rate: Equatable, Sendable {
    /// In KiB a second, over a long time.
    public var average: UInt64?
    /// In KiB a second, for as long as a burst lasts.
    public var peak: UInt64?
    /// In KiB, what may go at the speed of ``peak``.
    public var burst: UInt64?
    /// In KiB a second, what is kept for one guest in any case; of guests' interfaces only.
    public var floor: UInt64?

    /// No limit yet.
    public init() {}
  }

  /// Into the network, to guests.
  public var inbound: Rate?
  /// Out of the network, from guests.
  public var outbound: Rate?

  /// No limit.
  public init() {}
}
