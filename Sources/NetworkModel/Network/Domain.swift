/// The DNS domain of a network (`<domain>`).
public struct Domain: Equatable, Sendable {
  /// Its name.
  public var name: HostName
  /// `localOnly`: names in it are never asked of other servers. Nil if the definition does not say.
  public var localOnly: Bool?
  /// `register`: whether systemd-resolved learns of it; nil if the definition does not say.
  public var register: Bool?
  /// What other programs keep in it.
  public var foreign = ForeignContent()

  /// A domain.
  public init(name: HostName, localOnly: Bool? = nil, register: Bool? = nil) {
    self.name = name
    self.localOnly = localOnly
    self.register = register
  }
}
