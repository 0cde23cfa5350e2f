/// Whom a program runs as.
public struct Credentials: Equatable, Sendable {
  /// Name in the testbed's `/etc/passwd`.
  public var name: String
  /// Real, effective and saved user id.
  public var user: UInt32
  /// Real, effective and saved group id.
  public var group: UInt32
  /// Supplementary groups.
  public var groups: [UInt32]

  /// Anybody; `name` matters only to those who read it.
  public init(name: String, user: UInt32, group: UInt32, groups: [UInt32] = []) {
    self.name = name
    self.user = user
    self.group = group
    self.groups = groups
  }

  /// The administrator, with every capability the tests have.
  public static let root = Credentials(name: "root", user: 0, group: 0)
  /// User 1001 `build`, with no other group than his own.
  public static let build = Credentials(name: "build", user: 1001, group: 1001)
  /// User 1002 `student`, also of the group `students` (2000).
  public static let student = Credentials(
    name: "student", user: 1002, group: 1002, groups: [2000])
  /// A user id that no file knows.
  public static let stranger = Credentials(name: "4242", user: 4242, group: 4242)

  /// Those whom a testbed's `/etc/passwd` and `/etc/group` name beside the host's users.
  static let listed = [build, student]
  /// The groups a testbed's `/etc/group` has beside the users' own.
  static let listedGroups = ["students": UInt32(2000), "tapster": UInt32(2001)]
}
