/// What a switch is told of a guest's port (`<virtualport>`).
public struct VirtualPort: Equatable, Sendable {
  /// The kind of switch.
  public enum Kind: String, CaseIterable, Sendable {
    case ieee8021Qbg = "802.1Qbg"
    case ieee8021Qbh = "802.1Qbh"
    case openvswitch
    case midonet
  }

  /// The kind; nil in a port group that leaves it to the network.
  public var kind: Kind?
  /// The attributes of `<parameters>` with their values in the form that libvirt writes, in its
  /// order.
  public var parameters: [Parameter]
  /// What other programs keep in it.
  public var foreign = ForeignContent()

  /// A name and a value.
  public struct Parameter: Equatable, Sendable {
    /// The attribute's name.
    public var name: String
    /// Its value.
    public var value: String

    /// A parameter.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// A port.
  public init(kind: Kind?, parameters: [Parameter]) {
    self.kind = kind
    self.parameters = parameters
  }
}
