public import LinuxTypes

/// The answer to an ``AccessQuestion`` while rules come in, one after the other.
///
/// A matching deny always wins. Otherwise the first matching allow decides and its limits apply.
/// Otherwise: no.
public struct AccessEvaluation: Sendable {
  private let question: AccessQuestion

  /// The first deny that matched.
  public private(set) var denial: DecidingRule?
  /// The first allow that matched.
  public private(set) var grant: AccessGrant?

  /// Whether a rule speaks of a bridge that has the name the caller wants for the tap. Such a name
  /// would keep the bridge itself from being made, or be taken for it.
  public private(set) var tapNameIsBridges = false

  /// Nothing considered yet.
  public init(_ question: AccessQuestion) { self.question = question }

  /// Takes one more rule, of `file`, which holds `text`, into account.
  ///
  /// `names` is asked only if the rule is about this bridge and names a user or group by name.
  public mutating func consider<Names: SubjectNames>(
    _ rule: ACLRule, in text: [UInt8], of file: FilePath, names: inout Names
  ) throws(Names.Failure) {
    if let wanted = question.tapName, let bridge = rule.bridge, Self.equal(text, bridge, wanted) {
      tapNameIsBridges = true
    }
    guard isAboutBridge(rule, text) else { return }
    // What was decided stays so: a later deny of the same caller changes no answer, nor does a
    // later allow.
    switch rule.verb {
    case .deny: if denial != nil { return }
    case .allow: if grant != nil { return }
    }
    guard try isAboutCaller(rule, text, &names) else { return }

    let deciding = DecidingRule(
      file: file, line: rule.line.number, text: Array(text[rule.line.range]))
    switch rule.verb {
    case .deny: denial = deciding
    case .allow: grant = AccessGrant(rule, in: text, deciding: deciding)
    }
  }

  /// The answer, once every rule was considered.
  public var decision: AccessDecision {
    if let denial { return .denied(denial) }
    if let grant { return .allowed(grant) }
    return .noRule
  }

  private func isAboutBridge(_ rule: ACLRule, _ text: [UInt8]) -> Bool {
    guard let name = rule.bridge else { return true }
    for known in question.bridgeNames where Self.equal(text, name, known) { return true }
    return false
  }

  private func isAboutCaller<Names: SubjectNames>(
    _ rule: ACLRule, _ text: [UInt8], _ names: inout Names
  ) throws(Names.Failure) -> Bool {
    if rule.users == nil, rule.groups == nil { return true }
    if let range = rule.users {
      let isListed = try Self.lists(
        range, text, number: { $0 == question.user.rawValue },
        names: { () throws(Names.Failure) in try names.names(of: question.user) })
      if isListed { return true }
    }
    if let range = rule.groups {
      var groups = question.groups
      if rule.verb == .deny, question.mayLackGroups {
        groups += try names.groups(of: question.user)
      }
      return try Self.lists(
        range, text, number: { number in groups.contains { $0.rawValue == number } },
        names: { () throws(Names.Failure) in try names.names(of: groups) })
    }
    return false
  }

  /// Whether an item of the list is a number that `isMeant` accepts, or one of `names`.
  private static func lists<Failure: Error>(
    _ list: Range<Int>, _ text: [UInt8], number isMeant: (UInt32) -> Bool,
    names: () throws(Failure) -> [[UInt8]]
  ) throws(Failure) -> Bool {
    var known: [[UInt8]]?
    var items = ACLList(list)
    while let item = items.next(in: text) {
      if let number = DecimalNumber.parse(text[item]) {
        if isMeant(number) { return true }
        continue
      }
      if known == nil { known = try names() }
      for name in known ?? [] where equal(text, item, name) { return true }
    }
    return false
  }

  private static func equal(_ text: [UInt8], _ range: Range<Int>, _ name: [UInt8]) -> Bool {
    guard range.count == name.count else { return false }
    for position in 0..<name.count where text[range.lowerBound + position] != name[position] {
      return false
    }
    return true
  }
}
