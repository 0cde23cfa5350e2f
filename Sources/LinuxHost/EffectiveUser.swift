internal import CLinux
internal import CLinuxHost

/// Whom this process acts as.
public enum EffectiveUser {
  /// Whether that is root.
  public static var isRoot: Bool { clinux_effective_user() == 0 }
}
