internal import CLinux
public import LinuxTypes

/// Who a process acts for: a user, a group and the supplementary groups (`man 7 credentials`).
public struct Credentials: Equatable, Sendable {
  /// The user.
  public let user: UserID
  /// The group, and after it the supplementary ones.
  public let groups: [GroupID]

  /// Credentials made of their parts; `groups` starts with the primary group.
  public init(user: UserID, groups: [GroupID]) {
    self.user = user
    self.groups = groups
  }

  /// The real ones of this process: of whoever started it, if it is setuid.
  public static func realOnes() throws(Errno) -> Credentials {
    let ids = try processIDs()
    let count = try value(clinux_groups(nil, 0))
    var numbers = [gid_t](repeating: 0, count: Int(count))
    // SAFETY: the array has room for as many groups as the call is told.
    let filled = try value(unsafe clinux_groups(&numbers, count))

    guard let user = UserID(ids.real_user), let group = GroupID(ids.real_group) else {
      throw .invalid
    }
    return Credentials(
      user: user, groups: [group] + numbers.prefix(Int(filled)).compactMap { GroupID($0) })
  }

  /// The real user of this process.
  public static func realUser() throws(Errno) -> UserID {
    guard let user = UserID(try processIDs().real_user) else { throw .invalid }
    return user
  }

  private static func processIDs() throws(Errno) -> clinux_process_ids {
    var ids = clinux_process_ids()
    // SAFETY: the kernel fills in the structure that the pointer points to.
    _ = try value(unsafe clinux_ids(&ids))
    return ids
  }
}
