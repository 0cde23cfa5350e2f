internal import LinuxHost
internal import LinuxTypes

/// The unit that starts networks with the machine (`tapster-networks.service`), as systemd has it.
public enum BootUnit {
  /// Whether systemd runs the machine (`man 3 sd_booted`) and does not start the unit with it: no
  /// target wants it (`man 5 systemd.unit`, `.wants`).
  public static var isLeftOut: Bool {
    File.exists(FilePath("/run/systemd/system")) && !places.contains { File.exists($0) }
  }

  /// Where one may be that says that it is wanted.
  private static var places: [FilePath] {
    [
      FilePath("/etc/systemd/system/multi-user.target.wants/tapster-networks.service"),
      FilePath("/usr/local/lib/systemd/system/multi-user.target.wants/tapster-networks.service"),
      FilePath("/usr/lib/systemd/system/multi-user.target.wants/tapster-networks.service"),
    ]
  }
}
