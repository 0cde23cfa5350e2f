/// How fast packets may go (`<bandwidth>`).
public struct Bandwidth: Equatable, Sendable {
  /// One direction.
  public struct Rate: Equatable, Sendable {
    /// In KiB a second, over a long time.
    public var average: UInt32
    /// In KiB a second, for as long as a burst lasts.
    public var peak: UInt32?
    /// In KiB, what may go at the speed of ``peak``.
    public var burst: UInt32?
    /// What other programs keep in it.
    public var foreign = ForeignContent()

    /// A limit.
    public init(average: UInt32, peak: UInt32? = nil, burst: UInt32? = nil) {
      self.average = average
      self.peak = peak
      self.burst = burst
    }
  }

  /// Into the network, to guests.
  public var inbound: Rate?
  /// Out of the network, from guests.
  public var outbound: Rate?
  /// What other programs keep in it.
  public var foreign = ForeignContent()

  /// No limit.
  public init() {}
}
