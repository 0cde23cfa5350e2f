internal import CLinux
internal import CLinuxHost
public import LinuxNetworking
public import LinuxTypes

/// A user as the name service switch has him, a directory's included (`man 5 nsswitch.conf`).
///
/// For `tapster` only: the modules of the switch have no place in a privileged process.
public struct Account: Sendable {
  /// What he is called; nil if nobody knows.
  public let name: String?
  /// Whom his processes act for: the groups are those that he has when he logs in.
  public let credentials: Credentials

  /// The user of that name, or that number; of a number that nobody has, a user without a group.
  public static func find(_ text: String) -> Account? {
    if let number = DecimalNumber.parse(Array(text.utf8)) {
      guard let user = UserID(number) else { return nil }
      return find(name: nil, user.rawValue)
        ?? Account(name: nil, credentials: Credentials(user: user, groups: []))
    }
    return find(name: text, 0)
  }

  /// The number of the group of that name.
  public static func group(_ name: String) -> GroupID? {
    var group: gid_t = 0
    // SAFETY: the name is lent NUL-terminated; the call fills in one number.
    let result = unsafe name.withCString { unsafe clinux_group($0, &group) }
    return result == 1 ? GroupID(group) : nil
  }

  private static func find(name: String?, _ number: UInt32) -> Account? {
    var user: uid_t = number
    var group: gid_t = 0
    var buffer = [CChar](repeating: 0, count: 1024)
    // SAFETY: the name is lent NUL-terminated; the call fills in two numbers and no more bytes than
    // it is told there is room for.
    let result =
      if let name {
        unsafe name.withCString {
          unsafe clinux_account($0, &user, &group, &buffer, buffer.count)
        }
      } else {
        unsafe clinux_account(nil, &user, &group, &buffer, buffer.count)
      }
    guard result == 1, let identity = UserID(user), let own = GroupID(group) else { return nil }
    let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    let name = String(decoding: bytes, as: UTF8.self)
    let others = groups(of: name, own).filter { $0 != own }
    return Account(name: name, credentials: Credentials(user: identity, groups: [own] + others))
  }

  private static func groups(of name: String, _ own: GroupID) -> [GroupID] {
    var groups = [gid_t](repeating: 0, count: 64)
    while true {
      let room = groups.count
      // SAFETY: the name is lent NUL-terminated; the array has room for as many as the call is
      // told.
      let count = unsafe name.withCString {
        unsafe Int(clinux_account_groups($0, own.rawValue, &groups, Int32(room)))
      }
      if count <= room { return groups.prefix(count).compactMap { GroupID($0) } }
      groups = [gid_t](repeating: 0, count: count)
    }
  }
}

extension Credentials {
  /// The group of a process that has none of its own: `nogroup`, 65534, as for the kernel's own
  /// overflow (`man 5 proc`, overflowgid).
  private static let noGroup: UInt32 = 65534

  /// Makes this process one of theirs, for good: without any capability, root's too.
  public func assume() throws(Errno) {
    let groups = groups.map(\.rawValue)
    // SAFETY: the array outlives the call, which is told its size.
    _ = try value(
      unsafe clinux_become(user.rawValue, groups.first ?? Self.noGroup, groups, groups.count))
  }

  /// Gives up every capability of this process: what it may do is what its user may.
  public static func dropCapabilities() throws(Errno) { _ = try value(clinux_drop_capabilities()) }

  /// Whether a process of theirs could read the file at `path`; the kernel decides. Needs root.
  public func canRead(_ path: FilePath) throws(Errno) -> Bool {
    let groups = groups.map(\.rawValue)
    // SAFETY: the path is lent NUL-terminated, and the array outlives the call, which is told its
    // size.
    let result = unsafe path.withCString {
      unsafe clinux_try_reading_as(
        $0, user.rawValue, groups.first ?? Self.noGroup, groups, groups.count)
    }
    do throws(Errno) { _ = try value(result) } catch {
      switch error {
      case .accessDenied, .noSuchFile, .notDirectory, .tooManyLinks: return false
      default: throw error
      }
    }
    return true
  }
}
