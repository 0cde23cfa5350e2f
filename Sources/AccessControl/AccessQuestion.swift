public import LinuxTypes

/// Who asks, and for which bridge.
public struct AccessQuestion: Sendable {
  /// The caller.
  public let user: UserID
  /// The caller's group and supplementary groups.
  public let groups: [GroupID]
  /// The bridge's own name and every alternative name it has: a rule for any of them is a rule for
  /// the bridge.
  public let bridgeNames: [[UInt8]]

  /// The name that the caller wants for the tap, if any: it must not be a bridge's in any rule.
  public let tapName: [UInt8]?

  /// Whether the caller may have put groups away, as root in a user namespace can (`man 2
  /// setgroups`): then the groups that the host lists him in count against him as well.
  public let mayLackGroups: Bool

  /// A question of its parts.
  public init(
    user: UserID, groups: [GroupID], bridgeNames: [[UInt8]], tapName: [UInt8]? = nil,
    mayLackGroups: Bool = false
  ) {
    self.user = user
    self.groups = groups
    self.bridgeNames = bridgeNames
    self.tapName = tapName
    self.mayLackGroups = mayLackGroups
  }
}

/// The names that go with the caller's numbers; asked for only when a rule needs them.
public protocol SubjectNames {
  /// Why the names cannot be had.
  associatedtype Failure: Error

  /// The names whose number is `user`.
  mutating func names(of user: UserID) throws(Failure) -> [[UInt8]]
  /// The names whose number is one of `groups`.
  mutating func names(of groups: [GroupID]) throws(Failure) -> [[UInt8]]
  /// The groups that `user` gets when he logs in.
  mutating func groups(of user: UserID) throws(Failure) -> [GroupID]
}
