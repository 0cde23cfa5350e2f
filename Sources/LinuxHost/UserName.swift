internal import CLinuxHost
internal import LinuxNetworking
public import LinuxTypes

/// Users by their numbers, wherever the host keeps them: files, LDAP, systemd (`man 5
/// nsswitch.conf`).
public enum UserName {
  /// The name of a user; nil if there is none of that number. Throws if that cannot be said, as
  /// when a directory does not answer.
  public static func of(_ user: UserID) throws(Errno) -> String? {
    var name = [CChar](repeating: 0, count: 256)
    // SAFETY: the array has the size that the call is told.
    let length = try value(unsafe clinux_user_name(user.rawValue, &name, name.count))
    if length == 0 { return nil }
    return String(decoding: name[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
