internal import CLinux

/// How a bridge treats one of its ports (`man 8 bridge`, IFLA_BRPORT_… of `<linux/if_link.h>`).
public struct BridgePort: Equatable, Sendable {
  /// The port never becomes the way to the root bridge, whatever its peer says (`root_block`).
  public var isRootGuarded: Bool
  /// The port cannot talk to other isolated ports.
  public var isIsolated: Bool
  /// Frames are dropped unless their source address is in the bridge's table for this port.
  public var isLocked: Bool
  /// The bridge learns addresses from what the port sends.
  public var learns: Bool

  /// A port of a guest: guarded, and as given for the rest.
  public init(isIsolated: Bool, isLocked: Bool) {
    isRootGuarded = true
    self.isIsolated = isIsolated
    self.isLocked = isLocked
    // A locked port that learned would admit the address that it ought to refuse.
    learns = !isLocked
  }

  /// Reads what the kernel reports; a flag that the kernel does not know is off.
  init(_ attributes: NetlinkAttributes) {
    func isOn(_ type: Int) -> Bool { attributes[type]?.first == 1 }
    isRootGuarded = isOn(Int(IFLA_BRPORT_PROTECT))
    isIsolated = isOn(Int(IFLA_BRPORT_ISOLATED))
    isLocked = isOn(Int(IFLA_BRPORT_LOCKED))
    learns = isOn(Int(IFLA_BRPORT_LEARNING))
  }

  /// Writes the flags as the kernel takes them.
  func append(to message: inout NetlinkMessage) {
    message.append(Int(IFLA_BRPORT_PROTECT), byte: isRootGuarded ? 1 : 0)
    message.append(Int(IFLA_BRPORT_LEARNING), byte: learns ? 1 : 0)
    // What old kernels lack is asked for only where it is wanted; the read-back finds it missing.
    if isIsolated { message.append(Int(IFLA_BRPORT_ISOLATED), byte: 1) }
    if isLocked { message.append(Int(IFLA_BRPORT_LOCKED), byte: 1) }
  }
}
