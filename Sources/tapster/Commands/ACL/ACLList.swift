internal import ACLEditing
internal import AccessControl
internal import CommandSyntax
internal import LinuxNetworking
internal import LinuxTypes
internal import TapBroker

enum ACLList: Command {
  static var name: String { "acl-list" }
  static let syntax = CommandSyntax(
    name, "list the rules of the access control list",
    "Lists all rules in the order in which they count, those of included files where the include\n"
      + "stands. A deny wins wherever it stands; of the allows the first that matches decides.",
    [user, AccessListOptions.json])

  private static let user = Text(
    "user", "only the rules that are for this user (root only)", isPositional: false,
    candidates: .users)

  static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws(Failure) {
    var subject: Credentials?
    if let name = try arguments.value(of: user) { subject = try ActingUser.assume(name) }
    let contents = try ACLContents.whole()
    var rules = contents.rules
    if let subject {
      var names = HostNames()
      var matching: [ListedRule] = []
      for rule in rules where try rule.isFor(subject, &names) { matching.append(rule) }
      rules = matching
    }
    if arguments[AccessListOptions.json] { return output.show(.array(rules.map(json))) }
    var table = Table(head: ["Rule", "Bridge", "Who", "Limits", "Place"])
    for rule in rules {
      let meaning = rule.meaning
      table.append([
        meaning.verb.word, meaning.bridge.map { PrintableText.escape($0.bytes) } ?? "all",
        who(meaning), limits(meaning), rule.place,
      ])
    }
    output.show(table)
    for skipped in contents.skipped where skipped.reason == .accessDenied {
      output.say(
        "\n\(skipped.file):\(skipped.line): \(skipped.target) may not be read, and is passed over\n"
      )
    }
  }

  private static func who(_ meaning: RuleMeaning) -> String {
    func list(_ key: String, _ words: [RuleMeaning.Word]) -> String? {
      words.isEmpty
        ? nil : "\(key)=" + words.map { PrintableText.escape($0.bytes) }.joined(separator: ",")
    }
    let listed = [list("user", meaning.users), list("group", meaning.groups)].compactMap(\.self)
    return listed.isEmpty ? "everybody" : listed.joined(separator: " ")
  }

  private static func limits(_ meaning: RuleMeaning) -> String {
    guard meaning.verb == .allow else { return "-" }
    let words = [
      meaning.taps.map { "taps=\($0)" }, meaning.queues > 1 ? "queues=\(meaning.queues)" : nil,
      meaning.vhost ? "vhost" : nil, meaning.persist ? "persist" : nil,
      meaning.isolated ? "isolated" : nil,
      meaning.addresses.isEmpty
        ? nil : "mac=" + meaning.addresses.map(\.description).joined(separator: ","),
    ].compactMap(\.self)
    return words.isEmpty ? "-" : words.joined(separator: " ")
  }

  private static func json(_ rule: ListedRule) -> JSONText {
    let meaning = rule.meaning
    func texts(_ words: [RuleMeaning.Word]) -> JSONText {
      .array(words.map { .text(PrintableText.escape($0.bytes)) })
    }
    return .object([
      ("file", .text(rule.file.description)), ("line", .number(rule.line)),
      ("rule", .text(meaning.verb.word)),
      ("bridge", meaning.bridge.map { .text(PrintableText.escape($0.bytes)) } ?? .null),
      ("users", texts(meaning.users)), ("groups", texts(meaning.groups)),
      ("taps", meaning.taps.map { .number(Int($0)) } ?? .null),
      ("queues", .number(Int(meaning.queues))), ("vhost", .bool(meaning.vhost)),
      ("persist", .bool(meaning.persist)), ("isolated", .bool(meaning.isolated)),
      ("mac", .array(meaning.addresses.map { .text($0.description) })),
      ("text", .text(PrintableText.escape(rule.text))),
    ])
  }
}

extension ACLRule.Verb {
  /// As a list has it.
  var word: String {
    switch self {
    case .allow: "allow"
    case .deny: "deny"
    }
  }
}

extension ListedRule {
  /// Whether the rule is for `caller`, on whatever bridge: the helper's own evaluation, asked about
  /// the bridge that the rule is for and nothing but the rule.
  func isFor(_ caller: Credentials, _ names: inout HostNames) throws(Failure) -> Bool {
    var evaluation = AccessEvaluation(
      AccessQuestion(
        user: caller.user, groups: caller.groups,
        bridgeNames: [meaning.bridge?.bytes ?? Array("all".utf8)]))
    var parser = ACLParser(text)
    // It was read once already.
    guard case .rule(let rule)? = try? parser.next() else { return false }
    do throws(HostNames.Unreadable) {
      try evaluation.consider(rule, in: text, of: file, names: &names)
    } catch { throw Failure(ACLFailure.names(error)) }
    if case .noRule = evaluation.decision { return false }
    return true
  }
}
