/// A kind of guests (`<portgroup>`).
public struct PortGroup: Equatable, Sendable {
  /// What guests ask for.
  public var name: String
  /// Whether guests that ask for none are in it.
  public var isDefault: Bool?
  /// `trustGuestRxFilters`; nil if the definition does not say.
  public var trustsReceiveFilters: Bool?
  /// What a switch is told of their ports.
  public var virtualPort: VirtualPort?
  /// The VLANs that they are in.
  public var vlan: VLAN?
  /// How fast each guest may be.
  public var bandwidth: Bandwidth?
  /// What other programs keep in it.
  public var foreign = ForeignContent()

  /// A kind without settings.
  public init(name: String) { self.name = name }
}
