/// The bridge of a network (`<bridge>`).
public struct Bridge: Equatable, Sendable {
  /// What it is called.
  public enum Name: Equatable, Sendable {
    /// That.
    case name(BridgeName)
    /// The first of `PREFIX0`, `PREFIX1`, … that is free (`name='PREFIX%d'`).
    case template(prefix: String)
  }

  /// Who fills the bridge's table of addresses.
  public enum TableFiller: String, CaseIterable, Sendable { case kernel, libvirt }

  /// Its name; nil for one that is free.
  public var name: Name?
  /// The zone of firewalld that it is to be in.
  public var zone: String?
  /// Whether it takes part in the spanning tree protocol (IEEE 802.1D).
  public var stp = true
  /// How long a new port waits before it forwards, in seconds.
  public var delay: UInt32 = 0
  /// `macTableManager`; nil if the definition does not say.
  public var tableFiller: TableFiller?
  /// What other programs keep in it.
  public var foreign = ForeignContent()

  /// The standard: spanning tree on, no delay.
  public init() {}
}
