import ACLEditing
import AccessControl
import LinuxTypes
import Testing

/// Users and groups of a table: 1 is `u1`, and so on.
private struct Numbered: SubjectNames {
  mutating func names(of user: UserID) throws(Never) -> [[UInt8]] {
    [Array("u\(user.rawValue)".utf8)]
  }
  mutating func names(of groups: [GroupID]) throws(Never) -> [[UInt8]] {
    groups.map { Array("g\($0.rawValue)".utf8) }
  }
  mutating func groups(of user: UserID) throws(Never) -> [GroupID] { [] }
}

/// What lists say before and after a change of one line.
@Suite struct UnchangedDecisionsTests {
  private static let bridges = ["br0", "br1", "br2"]
  private static let users: [UInt32] = [1, 2, 3, 4]
  /// User 4 is in group 1, user 3 in both.
  private static let groups: [UInt32: [UInt32]] = [3: [1, 2], 4: [1]]

  private func decide(_ text: [UInt8], _ user: UInt32, _ bridge: String) throws -> String {
    var evaluation = AccessEvaluation(
      AccessQuestion(
        user: try #require(UserID(user)),
        groups: (Self.groups[user] ?? []).compactMap { GroupID($0) },
        bridgeNames: [Array(bridge.utf8)]))
    var parser = ACLParser(text)
    var names = Numbered()
    while let statement = try parser.next() {
      guard case .rule(let rule) = statement else { continue }
      evaluation.consider(rule, in: text, of: FilePath("/acl"), names: &names)
    }
    switch evaluation.decision {
    case .allowed(let grant): return "yes: \(String(decoding: grant.rule.text, as: UTF8.self))"
    case .denied(let rule): return "no: \(String(decoding: rule.text, as: UTF8.self))"
    case .noRule: return "no"
    }
  }

  private func randomRule(_ random: inout SplitMix) -> String {
    let words = [
      ["allow", "allow", "deny"][Int.random(in: 0...2, using: &random)],
      (Self.bridges + ["all"])[Int.random(in: 0...3, using: &random)],
      ["", "user=u1", "user=2", "user=u3,4", "group=g1", "group=2", "user=1 group=g2"][
        Int.random(in: 0...6, using: &random)],
    ]
    return words.filter { !$0.isEmpty }.joined(separator: " ")
  }

  private func randomText(_ random: inout SplitMix) -> [UInt8] {
    let end = Bool.random(using: &random) ? "\n" : "\r\n"
    let lines = (0..<Int.random(in: 0...8, using: &random)).map { _ in
      switch Int.random(in: 0...5, using: &random) {
      case 0: "# a comment \u{7F}"
      case 1: ""
      case 2: "  \(randomRule(&random))\t# why"
      default: randomRule(&random)
      }
    }
    let text = lines.joined(separator: end) + (Bool.random(using: &random) ? end : "")
    return Array(text.utf8)
  }

  /// Whether a rule can be about that user and bridge at all.
  private func concerns(_ rule: RuleLine, _ user: UInt32, _ bridge: String) throws -> Bool {
    try decide(rule.text, user, bridge) != "no"
  }

  @Test func onlyThoseWhomARuleIsForNoticeIt() throws {
    var random = SplitMix(seed: 4)
    var (noticed, unnoticed) = (0, 0)
    for _ in 0..<3000 {
      let text = ACLText(randomText(&random))
      let rule = try RuleLine(Array(randomRule(&random).utf8))
      let line =
        text.lineCount == 0 || Bool.random(using: &random)
        ? nil : Int.random(in: 1...text.lineCount, using: &random)
      let added = try text.inserting(rule.text, before: line)

      // The lines that were there are there, to the byte and in their order.
      let number = line ?? text.lineCount + 1
      let others = (1...added.lineCount).filter { $0 != number }.map { added.line($0) }
      #expect(others.count == text.lineCount)
      for index in 0..<min(others.count, text.lineCount) {
        let before = try #require(text.line(index + 1))
        let after = try #require(others[index])
        // What was the last line may have got an end, with a carriage return if all have one.
        #expect(
          after.elementsEqual(before)
            || index + 1 == text.lineCount && after.elementsEqual(before + [0x0D]))
      }

      for user in Self.users {
        for bridge in Self.bridges {
          let before = try decide(text.bytes, user, bridge)
          let after = try decide(added.bytes, user, bridge)
          #expect(try decide(try added.removing(number).bytes, user, bridge) == before)
          if try concerns(rule, user, bridge) {
            noticed += before == after ? 0 : 1
          } else {
            unnoticed += 1
            #expect(before == after, "\(String(decoding: added.bytes, as: UTF8.self))")
          }
        }
      }
    }
    #expect(noticed > 1000 && unnoticed > 1000, "\(noticed) \(unnoticed)")
  }
}
