internal import AccessControl
internal import LinuxTypes

/// Which rules of a list are never the ones that decide, whoever asks.
struct RuleReach {
  private let contents: ACLContents
  private let host: ACLSurroundings
  private let restricted: Set<FilePath>
  /// The rules that speak of a subject, as a place in the list, by verb and bridge.
  private var rules: [Key: [Int]] = [:]
  private var places: [String: Int] = [:]

  private struct Key: Hashable {
    let isDeny: Bool
    let bridge: [UInt8]?
    let subject: ACLSubject
  }

  init(_ contents: ACLContents, _ host: ACLSurroundings) {
    self.contents = contents
    self.host = host
    restricted = Set(host.hidden.filter { $0.subject == .everybody }.map(\.file))
    for (index, rule) in contents.rules.enumerated() {
      for subject in Set(rule.meaning.subjects.map(host.resolved)) {
        let key = Key(
          isDeny: rule.meaning.verb == .deny, bridge: rule.meaning.bridge?.bytes, subject: subject)
        rules[key, default: []].append(index)
      }
      // Of a file that is included twice, the first time.
      if places[rule.place] == nil { places[rule.place] = index }
    }
  }

  /// That another rule always decides where this one could.
  func finding(for rule: ListedRule) -> ACLFinding? {
    guard let index = places[rule.place] else { return nil }
    if let deny = covering(rule, isDeny: true, where: { $0 != index }) {
      if rule.meaning.verb == .allow {
        return ACLFinding(
          .warning, "never-matches", rule,
          "it never matches: \(deny.place) denies it to all of them",
          advice: "a deny wins wherever it stands: \(PrintableText.escape(deny.text))")
      }
      // Of two that say the same, the second is too much.
      guard deny.meaning != rule.meaning || places[deny.place] ?? 0 < index else { return nil }
      return redundant(rule, deny)
    }
    guard rule.meaning.verb == .allow,
      let allow = covering(rule, isDeny: false, where: { $0 < index })
    else { return nil }
    return redundant(rule, allow)
  }

  private func redundant(_ rule: ListedRule, _ other: ListedRule) -> ACLFinding {
    if rule.meaning == other.meaning {
      return ACLFinding(
        .warning, "duplicate", rule, "\(other.place) says the same",
        advice: "tapster acl-remove \(rule.place)")
    }
    let why = rule.meaning.verb == .allow ? "the first allow decides" : "one deny is enough"
    return ACLFinding(
      .warning, "never-matches", rule,
      "it never matches: \(other.place) is for all of them, and \(why)",
      advice: rule.meaning.verb == .allow
        ? "put it before that line: \(PrintableText.escape(other.text))" : nil)
  }

  /// A rule for the same bridge, or all, and for all subjects of `rule`, which all who see `rule`
  /// see too.
  private func covering(
    _ rule: ListedRule, isDeny: Bool, where isMeant: (Int) -> Bool
  ) -> ListedRule? {
    let subjects = Set(rule.meaning.subjects.map(host.resolved))
    guard let first = subjects.first else { return nil }
    var bridges: [[UInt8]?] = [nil]
    if let bridge = rule.meaning.bridge { bridges.append(bridge.bytes) }
    var found: Int?
    for bridge in bridges {
      for subject in Set([first, .everybody]) {
        let known = rules[Key(isDeny: isDeny, bridge: bridge, subject: subject)] ?? []
        let index = known.first { index in
          let other = contents.rules[index]
          return isMeant(index)
            && (subject == .everybody
              || subjects.isSubset(of: other.meaning.subjects.map(host.resolved)))
            && contents.isSeen(other, byAllWhoSee: rule, restricted: restricted)
        }
        if let index { found = min(found ?? index, index) }
      }
    }
    return found.map { contents.rules[$0] }
  }
}
