/// The VLANs that a guest's port is in (`<vlan>`).
public struct VLAN: Equatable, Sendable {
  /// One of them.
  public struct Tag: Equatable, Sendable {
    /// How the port's native VLAN is sent.
    public enum NativeMode: String, CaseIterable, Sendable { case tagged, untagged }
    /// Its number, 0 to 4095.
    public var id: UInt16
    /// Set for the native VLAN.
    public var nativeMode: NativeMode?
    /// What other programs keep in it.
    public var foreign = ForeignContent()

    /// A tag.
    public init(id: UInt16, nativeMode: NativeMode? = nil) {
      self.id = id
      self.nativeMode = nativeMode
    }
  }

  /// `trunk='yes'`: several of them on one port.
  public var isTrunk: Bool
  /// The VLANs.
  public var tags: [Tag]
  /// What other programs keep in it.
  public var foreign = ForeignContent()

  /// A set of VLANs.
  public init(isTrunk: Bool, tags: [Tag]) {
    self.isTrunk = isTrunk
    self.tags = tags
  }
}
