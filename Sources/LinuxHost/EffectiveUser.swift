internal import CLinux
internal import CLinuxHost
internal import LinuxTypes

/// Whom this process acts as.
public enum EffectiveUser {
  /// Whether that is root.
  public static var isRoot: Bool { clinux_effective_user() == 0 }

  /// Whether that is root, and of the host: not only of a user namespace, where who is called root
  /// may no more than before, and files of others seem to be nobody's.
  public static var isRootOfHost: Bool { isRoot && !isInUserNamespace }

  /// Whether this process is in a user namespace other than the first, in which all numbers are
  /// what they are (`man 7 user_namespaces`).
  public static var isInUserNamespace: Bool {
    let map = (try? File.readStream(FilePath("/proc/self/uid_map"), maximumSize: 65536)) ?? []
    return map.split(whereSeparator: { $0 == 0x20 || $0 == 0x0A }).map { Array($0) }
      != ["0", "0", "4294967295"].map { Array($0.utf8) }
  }

  /// What that user is called; the number if nobody knows.
  public static var name: String {
    let number = String(clinux_effective_user())
    return Account.find(number)?.name ?? number
  }
}
