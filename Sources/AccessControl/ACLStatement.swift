/// One line of an access control list that says something, with its words as ranges of the file's
/// bytes.
///
/// The words stay where they are: a list of ten thousand rules is read without copying one.
/// Source: `man 5 tapster-acl.conf`.
public enum ACLStatement: Sendable {
  /// `allow …` or `deny …`.
  case rule(ACLRule)
  /// `include PATH`: where PATH stands.
  case include(ACLWord, ACLLine)
}

/// Where a word stands in the bytes of its file, which has at most 4 GiB.
public struct ACLWord: Equatable, Sendable {
  let start: UInt32
  let end: UInt32

  init(_ start: Int, _ end: Int) {
    self.start = UInt32(start)
    self.end = UInt32(end)
  }

  /// No word at all.
  static let none = ACLWord(0, 0)

  /// Whether there is a word.
  var exists: Bool { end > start }

  /// The word's place in the bytes.
  public var range: Range<Int> { Int(start)..<Int(end) }
}

/// Where a statement stands in its file.
public struct ACLLine: Equatable, Sendable {
  /// The line, 1 for the first.
  public let number: Int
  /// The statement, without white space around it and without a comment behind it.
  public let word: ACLWord

  /// The place of the statement in the file's bytes.
  public var range: Range<Int> { word.range }
}

/// `allow|deny BRIDGE|all [key[=value] …]`.
public struct ACLRule: Sendable {
  /// What the rule does with whom it matches.
  public enum Verb: Sendable { case allow, deny }

  /// What it does.
  public let verb: Verb
  /// Where it stands.
  public internal(set) var line: ACLLine

  /// The bridge's name; none for `all`.
  let bridgeWord: ACLWord
  /// The values of `user=`, `group=` and `mac=`, each a list with commas between; none if it is
  /// not there.
  var userList = ACLWord.none
  var groupList = ACLWord.none
  var addressList = ACLWord.none

  /// `taps=`: how many taps a caller may have on the bridge at a time; nil for no limit.
  public internal(set) var taps: UInt32?
  /// `queues=`: how many queues a tap may have; nil where the rule does not say.
  public internal(set) var queues: UInt32?
  /// `vhost`: vhost-net descriptors may be asked for.
  public internal(set) var vhost = false
  /// `persist`: taps that outlive the helper may be asked for.
  public internal(set) var persist = false
  /// `isolated`: the port cannot talk to other isolated ports.
  public internal(set) var isolated = false

  init(verb: Verb, bridge: ACLWord) {
    self.verb = verb
    line = ACLLine(number: 0, word: .none)
    bridgeWord = bridge
  }

  /// The place of the bridge's name; nil for `all`.
  public var bridge: Range<Int>? { bridgeWord.exists ? bridgeWord.range : nil }
  /// The place of the value of `user=`: names and numbers with commas between.
  public var users: Range<Int>? { userList.exists ? userList.range : nil }
  /// The place of the value of `group=`, likewise.
  public var groups: Range<Int>? { groupList.exists ? groupList.range : nil }
  /// The place of the value of `mac=`: addresses with commas between.
  public var addresses: Range<Int>? { addressList.exists ? addressList.range : nil }
}
