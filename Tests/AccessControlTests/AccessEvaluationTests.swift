import AccessControl
import LinuxTypes
import Testing

/// Names from a table, and how often they were asked for.
private struct TableOfNames: SubjectNames {
  struct Unreadable: Error {}
  var users: [UInt32: [String]] = [1001: ["build"]]
  var groups: [UInt32: [String]] = [2000: ["students"]]
  var memberships: [UInt32: [UInt32]] = [1001: [1001, 3000]]
  var areReadable = true
  var questions = 0

  mutating func names(of user: UserID) throws(Unreadable) -> [[UInt8]] {
    questions += 1
    guard areReadable else { throw Unreadable() }
    return (users[user.rawValue] ?? []).map { Array($0.utf8) }
  }

  mutating func names(of groups: [GroupID]) throws(Unreadable) -> [[UInt8]] {
    questions += 1
    guard areReadable else { throw Unreadable() }
    return groups.flatMap { self.groups[$0.rawValue] ?? [] }.map { Array($0.utf8) }
  }

  mutating func groups(of user: UserID) throws(Unreadable) -> [GroupID] {
    questions += 1
    guard areReadable else { throw Unreadable() }
    return (memberships[user.rawValue] ?? []).compactMap { GroupID($0) }
  }
}

/// What the rules of `text` say to user 1001 of groups 1001 and 2000 about a bridge of these names:
/// `line N`, with a minus for a deny.
private func decide(
  _ text: String, bridge names: [String] = ["br0"], mayLackGroups: Bool = false,
  table: inout TableOfNames
) throws -> Int? {
  let question = AccessQuestion(
    user: try #require(UserID(1001)), groups: [1001, 2000].compactMap { GroupID($0) },
    bridgeNames: names.map { Array($0.utf8) }, mayLackGroups: mayLackGroups)
  var evaluation = AccessEvaluation(question)
  let bytes = Array(text.utf8)
  var parser = ACLParser(bytes)
  while let statement = try parser.next() {
    guard case .rule(let rule) = statement else { continue }
    try evaluation.consider(rule, in: bytes, of: FilePath("/acl"), names: &table)
  }
  switch evaluation.decision {
  case .allowed(let grant): return grant.rule.line
  case .denied(let rule): return -rule.line
  case .noRule: return nil
  }
}

@Suite struct AccessEvaluationTests {
  @Test(arguments: [
    ("", nil),
    ("allow br0", 1), ("allow all", 1), ("allow br1", nil), ("allow br", nil), ("allow br00", nil),
    ("deny br0", -1), ("deny all", -1), ("deny br1", nil),
    ("allow br0\ndeny br0", -2), ("deny br0\nallow br0", -1), ("allow all\ndeny br0", -2),
    ("deny all\nallow br0", -1), ("allow all\ndeny br1", 1), ("deny br0\ndeny all", -1),
    ("allow br1\nallow br0\nallow all", 2),
    ("allow br0 user=build", 1), ("allow br0 user=1001", 1), ("allow br0 user=1002", nil),
    ("allow br0 user=nobody-of-that-name", nil), ("allow br0 user=10,x,build", 1),
    ("allow br0 group=students", 1), ("allow br0 group=2000", 1), ("allow br0 group=1001", 1),
    ("allow br0 group=wheel,2001", nil), ("allow br0 user=2000", nil),
    ("allow br0 user=students", nil),
    ("allow br0 group=build", nil),
    ("allow br0 user=x group=students", 1), ("allow br0 user=build group=x", 1),
    ("allow br0 user=x group=y", nil), ("allow br0 user=Build", nil), ("allow br0 user=buil", nil),
    ("deny br0 group=students\nallow br0 user=build", -1),
    ("allow br0 user=build\ndeny br0 group=students", -2),
    ("deny br0 user=other\nallow br0", 2), ("deny all user=unknown\nallow br0", 2),
  ])
  func denyWinsThenTheFirstAllow(text: String, line: Int?) throws {
    var table = TableOfNames()
    #expect(try decide(text, table: &table) == line)
  }

  @Test(arguments: [
    ("allow all\ndeny br0", -2), ("allow all\ndeny other", -2), ("allow other", 1),
    ("allow br0", 1),
    ("allow all\ndeny third", 1),
  ])
  func anyNameOfTheBridgeIsTheBridge(text: String, line: Int?) throws {
    var table = TableOfNames()
    #expect(try decide(text, bridge: ["br0", "alias", "other"], table: &table) == line)
  }

  @Test func everyNameOfTheSameNumberCounts() throws {
    var table = TableOfNames()
    table.users[1001] = ["build", "build2"]
    #expect(try decide("allow all\ndeny br0 user=build2", table: &table) == -2)
  }

  /// The host lists him in group 3000, which he has put away.
  @Test(arguments: [
    ("allow br0\ndeny br0 group=3000", -2), ("allow br0\ndeny br0 group=gone", -2),
    ("allow br0\ndeny br0 group=3001", 1), ("allow br0\ndeny br1 group=3000", 1),
    ("allow br0 group=3000", nil), ("allow br0 group=2000\ndeny all group=2000", -2),
  ])
  func aGroupThatWasPutAwayCountsAgainstHimOnly(text: String, line: Int?) throws {
    var table = TableOfNames()
    table.groups[3000] = ["gone"]
    #expect(try decide(text, mayLackGroups: true, table: &table) == line)
    if line == -2, !text.contains("2000") {
      #expect(try decide(text, table: &table) == 1, "who cannot put groups away has those he has")
    }
  }

  @Test func namesAreAskedForOnlyWhenARuleOfThisBridgeNeedsThem() throws {
    var table = TableOfNames()
    table.areReadable = false
    #expect(
      try decide("deny br1 user=x\nallow br0 user=5,1001\ndeny br0 group=7", table: &table) == 2)
    #expect(table.questions == 0)
    #expect(throws: TableOfNames.Unreadable.self) { try decide("deny br0 user=x", table: &table) }
  }

  @Test func theGrantIsWhatTheDecidingRuleSays() throws {
    let text = Array(
      "  allow br0 taps=3 queues=2 vhost isolated mac=52:54:00:0:0:1 # x\nallow br0 taps=9 persist"
        .utf8)
    let question = AccessQuestion(
      user: try #require(UserID(5)), groups: [], bridgeNames: [Array("br0".utf8)])
    var evaluation = AccessEvaluation(question)
    var table = TableOfNames()
    var parser = ACLParser(text)
    while case .rule(let rule) = try parser.next() {
      try evaluation.consider(rule, in: text, of: FilePath("/acl"), names: &table)
    }
    let grant = try #require(evaluation.grant)
    #expect(grant.taps == 3)
    #expect(grant.queues == 2)
    #expect(grant.vhost && grant.isolated && !grant.persist)
    #expect(grant.addresses.map(\.description) == ["52:54:00:00:00:01"])
    #expect(
      String(decoding: grant.rule.text, as: UTF8.self)
        == "allow br0 taps=3 queues=2 vhost isolated mac=52:54:00:0:0:1")
  }

  @Test func withoutKeysAGrantIsOneQueueAndNothingMore() throws {
    let text = Array("allow br0".utf8)
    var evaluation = AccessEvaluation(
      AccessQuestion(user: try #require(UserID(5)), groups: [], bridgeNames: [Array("br0".utf8)]))
    var table = TableOfNames()
    var parser = ACLParser(text)
    guard case .rule(let rule) = try parser.next() else { throw TableOfNames.Unreadable() }
    try evaluation.consider(rule, in: text, of: FilePath("/acl"), names: &table)
    let grant = try #require(evaluation.grant)
    #expect(grant.taps == nil && grant.queues == 1 && grant.addresses.isEmpty)
    #expect(!grant.vhost && !grant.persist && !grant.isolated)
  }

  @Test func theLastOfTenThousandRulesDecides() throws {
    let text = (1...9_999).map { "allow br\($0) user=u\($0)\n" }.joined() + "deny br0 user=build\n"
    var table = TableOfNames()
    #expect(try decide(text, table: &table) == -10_000)
  }
}
