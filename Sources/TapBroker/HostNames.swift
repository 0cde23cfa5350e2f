public import AccessControl
public import LinuxNetworking
public import LinuxTypes

/// The names of users and groups in `/etc/passwd` and `/etc/group`, read when they are first
/// needed.
///
/// Never through NSS, whose modules would run inside a privileged process.
public struct HostNames: SubjectNames {
  /// Why there are no names.
  public struct Unreadable: Error, Equatable, Sendable {
    /// The file.
    public let path: FilePath
    /// What went wrong.
    public let error: RegularFile.ReadError
  }

  private static let maximumSize = 16 << 20
  private var users: NumberDatabase?
  private var groups: NumberDatabase?

  /// Nothing read yet.
  public init() {}

  /// The names of `user` in `/etc/passwd`.
  public mutating func names(of user: UserID) throws(Unreadable) -> [[UInt8]] {
    let database = try Self.read(FilePath("/etc/passwd"), unlessRead: &users)
    return database.names(of: user.rawValue)
  }

  /// The names of `groups` in `/etc/group`.
  public mutating func names(of groups: [GroupID]) throws(Unreadable) -> [[UInt8]] {
    let database = try Self.read(FilePath("/etc/group"), unlessRead: &self.groups)
    var names: [[UInt8]] = []
    for group in groups { names += database.names(of: group.rawValue) }
    return names
  }

  /// The groups that `user` gets when he logs in: the one in `/etc/passwd`, and those that list one
  /// of his names in `/etc/group`.
  public mutating func groups(of user: UserID) throws(Unreadable) -> [GroupID] {
    let users = try Self.read(FilePath("/etc/passwd"), unlessRead: &users)
    let groups = try Self.read(FilePath("/etc/group"), unlessRead: &self.groups)
    let numbers =
      users.groups(of: user.rawValue)
      + groups.numbers(listing: users.names(of: user.rawValue))
    return numbers.compactMap { GroupID($0) }
  }

  private static func read(_ path: FilePath, unlessRead known: inout NumberDatabase?)
    throws(Unreadable) -> NumberDatabase
  {
    if let known { return known }
    do throws(RegularFile.ReadError) {
      let file = try RegularFile.read(path, maximumSize: maximumSize)
      let database = NumberDatabase(file.contents)
      known = database
      return database
    } catch { throw Unreadable(path: path, error: error) }
  }
}
