/// One line of an access control list that says something, with its words as ranges of the file's
/// bytes.
///
/// The words stay where they are: a list of ten thousand rules is read without copying one.
/// Source: `man 5 tapster-acl.conf`.
public enum ACLStatement: Sendable {
  /// `allow …` or `deny …`.
  case rule(ACLRule)
  /// `include PATH`: the range of PATH.
  case include(Range<Int>, ACLLine)
}

/// Where a statement stands in its file.
public struct ACLLine: Equatable, Sendable {
  /// The line, 1 for the first.
  public let number: Int
  /// The bytes of the statement, without white space around it and without a comment behind it.
  public let range: Range<Int>
}

/// `allow|deny BRIDGE|all [key[=value] …]`.
public struct ACLRule: Sendable {
  /// What the rule does with whom it matches.
  public enum Verb: Sendable { case allow, deny }

  /// What it does.
  public let verb: Verb
  /// Where it stands.
  public internal(set) var line: ACLLine
  /// The range of the bridge's name; nil for `all`.
  public let bridge: Range<Int>?
  /// The range of the value of `user=`: names and numbers with commas between; nil if it is not
  /// there.
  public internal(set) var users: Range<Int>?
  /// The range of the value of `group=`, likewise.
  public internal(set) var groups: Range<Int>?
  /// The range of the value of `mac=`: addresses with commas between; nil if it is not there.
  public internal(set) var addresses: Range<Int>?
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

  init(verb: Verb, bridge: Range<Int>?) {
    self.verb = verb
    line = ACLLine(number: 0, range: 0..<0)
    self.bridge = bridge
  }
}
