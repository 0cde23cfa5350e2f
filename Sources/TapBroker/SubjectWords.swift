public import LinuxTypes

/// A user in a message: by name as far as one is known.
public struct SubjectWords: Sendable {
  /// "user 'build' (uid 1001)", or "uid 1001".
  public let full: String
  /// What stands behind `user=` in a rule: the name, or the number.
  public let key: String

  /// The words for `user`.
  public init(_ user: UserID) {
    var host = HostNames()
    let number = "\(user.rawValue)"
    var names: [[UInt8]] = []
    // A message without a name is better than none.
    do throws(HostNames.Unreadable) { names = try host.names(of: user) } catch {}
    guard let name = names.first.map({ PrintableText.escape($0) }) else {
      full = "uid \(number)"
      key = number
      return
    }
    full = "user '\(name)' (uid \(number))"
    key = name
  }
}
