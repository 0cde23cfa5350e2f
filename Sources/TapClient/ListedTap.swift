public import LinuxTypes

/// A tap that tapster-helper made, as it is now.
public struct ListedTap: Sendable {
  /// The interface's number.
  public let index: InterfaceIndex
  /// Its own name.
  public let name: InterfaceName
  /// Its further names, each up to 127 bytes.
  public let furtherNames: [[UInt8]]
  /// Whom it was made for.
  public let user: UserID
  /// When: seconds since 1970.
  public let since: UInt32
  /// `file:line` of the rule that allowed it; empty if that was too long to be noted.
  public let rule: String
  /// The name of the bridge that it is on; nil if it is on none any more.
  public let bridge: String?
  /// Its own address, which is not the guest's.
  public let address: MACAddress?
  /// Who is behind it: the guest's addresses, as far as the bridge knows them.
  public let guests: [MACAddress]
  /// How many bytes the guest has sent.
  public let bytesFromGuest: UInt64
  /// How many bytes were sent to the guest.
  public let bytesToGuest: UInt64
  /// Whether it stays when nobody has it open.
  public let isPersistent: Bool
  /// Whether somebody has it open.
  public let isHeld: Bool
  /// Who may open it, if that is not the user whom it was made for.
  public let givenTo: UserID?

  /// What an administrator removes it by: that it is the same still.
  let alias: [UInt8]
}
