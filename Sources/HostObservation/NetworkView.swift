internal import CLinuxHost
internal import LinuxHost
internal import LinuxTypes

/// Whose network this process sees.
enum NetworkView {
  /// Whether it is the host's, with the records of what runs there. In a user namespace it may be
  /// a network of its own, or a `/run` of its own, of which nothing follows for the host.
  static var isHosts: Bool {
    guard EffectiveUser.isInUserNamespace else { return true }
    return clinux_owns_network() == 0 && File.exists(FilePath("/run/tapster/active"))
  }
}
