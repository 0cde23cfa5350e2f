public import AccessControl
public import LinuxTypes

/// What a rule says, however it is written: white space, the order of keys and of the items of a
/// list do not count.
public struct RuleMeaning: Sendable {
  /// An item of a list, and where it stands.
  public struct Word: Equatable, Sendable {
    /// The item.
    public let bytes: [UInt8]
    /// How many bytes from the rule's first byte on.
    public let offset: Int
  }

  /// What it does.
  public let verb: ACLRule.Verb
  /// The bridge's name; nil for `all`.
  public let bridge: Word?
  /// The items of `user=`, names and numbers.
  public let users: [Word]
  /// The items of `group=`, likewise.
  public let groups: [Word]
  /// The items of `mac=`.
  public let addresses: [MACAddress]
  /// `taps=`; nil for no limit.
  public let taps: UInt32?
  /// `queues=`, 1 where the rule does not say.
  public let queues: UInt32
  /// `vhost`.
  public let vhost: Bool
  /// `persist`.
  public let persist: Bool
  /// `isolated`.
  public let isolated: Bool

  /// What `rule` of a file that holds `text` says.
  public init(_ rule: ACLRule, in text: [UInt8]) {
    func word(_ range: Range<Int>) -> Word {
      Word(bytes: Array(text[range]), offset: range.lowerBound - rule.line.range.lowerBound)
    }
    func words(_ range: Range<Int>?) -> [Word] {
      var words: [Word] = []
      guard let range else { return words }
      var items = ACLList(range)
      while let item = items.next(in: text) { words.append(word(item)) }
      return words
    }
    verb = rule.verb
    bridge = rule.bridge.map(word)
    users = words(rule.users)
    groups = words(rule.groups)
    addresses = words(rule.addresses).compactMap { MACAddress($0.bytes) }
    taps = rule.taps
    queues = rule.queues ?? 1
    vhost = rule.vhost
    persist = rule.persist
    isolated = rule.isolated
  }

  /// Whom the rule is for.
  public var subjects: [ACLSubject] {
    let named = users.map { ACLSubject.user($0.bytes) } + groups.map { .group($0.bytes) }
    return named.isEmpty ? [.everybody] : named
  }
}

extension RuleMeaning: Equatable {
  /// Whether both say the same.
  public static func == (left: Self, right: Self) -> Bool {
    left.verb == right.verb && left.bridge?.bytes == right.bridge?.bytes
      && Set(left.subjects) == Set(right.subjects)
      && Set(left.addresses) == Set(right.addresses) && left.taps == right.taps
      && left.queues == right.queues && left.vhost == right.vhost && left.persist == right.persist
      && left.isolated == right.isolated
  }
}

/// Whom a rule can be for.
public enum ACLSubject: Hashable, Sendable {
  /// Who it may be, root included.
  case everybody
  /// A user, by name or number.
  case user([UInt8])
  /// The members of a group, by name or number.
  case group([UInt8])
}
