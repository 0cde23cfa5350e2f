import AccessControl
import Testing

/// What a file says, one line a statement, every key with its value.
private func summary(_ text: String) throws(ACLSyntaxError) -> [String] {
  let bytes = Array(text.utf8)
  func words(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
  var parser = ACLParser(bytes)
  var lines: [String] = []
  while let statement = try parser.next() {
    switch statement {
    case .include(let path, let line): lines.append("\(line.number): include \(words(path.range))")
    case .rule(let rule):
      var line = "\(rule.line.number): \(rule.verb) \(rule.bridge.map(words) ?? "ALL")"
      if let users = rule.users { line += " user=\(words(users))" }
      if let groups = rule.groups { line += " group=\(words(groups))" }
      if let addresses = rule.addresses { line += " mac=\(words(addresses))" }
      if let taps = rule.taps { line += " taps=\(taps)" }
      if let queues = rule.queues { line += " queues=\(queues)" }
      if rule.vhost { line += " vhost" }
      if rule.persist { line += " persist" }
      if rule.isolated { line += " isolated" }
      lines.append(line)
    }
  }
  return lines
}

@Suite struct ACLParserTests {
  @Test(arguments: [
    ("", []),
    ("\n\n  \n\t\n", []),
    ("# comment\n  # another\n#", []),
    ("allow br0", ["1: allow br0"]),
    ("allow br0\n", ["1: allow br0"]),
    ("allow br0\r\ndeny br1\r\n", ["1: allow br0", "2: deny br1"]),
    ("\tallow\t br0 \t\n", ["1: allow br0"]),
    ("allow\u{b}br0\u{c}\n", ["1: allow br0"]),
    ("\n\nallow all\n", ["3: allow ALL"]),
    ("allow all2", ["1: allow all2"]),
    ("allow br0 # why", ["1: allow br0"]),
    ("allow br0 #", ["1: allow br0"]),
    ("allow br0\t#why user=x", ["1: allow br0"]),
    ("allow br#0 user=a#b", ["1: allow br#0 user=a#b"]),
    ("deny br0 user=temp,1007 group=students", ["1: deny br0 user=temp,1007 group=students"]),
    ("allow br0 user=0,4294967294", ["1: allow br0 user=0,4294967294"]),
    ("allow br0 group=a-b_c.d,DOM\\user,x$", ["1: allow br0 group=a-b_c.d,DOM\\user,x$"]),
    (
      "allow br0 isolated persist vhost queues=126 taps=4096 mac=52:54:00:0:0:1,fe:0:0:0:0:2 group=g user=u",
      [
        "1: allow br0 user=u group=g mac=52:54:00:0:0:1,fe:0:0:0:0:2 taps=4096 queues=126 vhost persist isolated"
      ]
    ),
    ("allow br0 user=a=b", ["1: allow br0 user=a=b"]),
    ("include /a path with  spaces  # why", ["1: include /a path with  spaces"]),
    ("include acl.d/x#y", ["1: include acl.d/x#y"]),
  ])
  func readsTheGrammar(text: String, statements: [String]) throws {
    #expect(try summary(text) == statements)
  }

  struct Wrong: CustomTestStringConvertible {
    let text: String
    let column: Int
    let problem: ACLSyntaxError.Problem
    var testDescription: String { "\(text.debugDescription): \(problem)" }
    init(_ text: String, _ column: Int, _ problem: ACLSyntaxError.Problem) {
      (self.text, self.column, self.problem) = (text, column, problem)
    }
  }

  private static let wrong: [Wrong] = [
    .init("alow br0", 1, .unknownVerb), .init("Allow br0", 1, .unknownVerb),
    .init("  ALLOW br0", 3, .unknownVerb), .init("allowbr0", 1, .unknownVerb),
    .init("\0allow br0", 1, .unknownVerb), .init("\u{feff}allow br0", 1, .unknownVerb),
    .init("includes x", 1, .unknownVerb), .init("all", 1, .unknownVerb),
    .init("allow", 6, .missingBridge), .init("deny   ", 5, .missingBridge),
    .init("allow # br0", 6, .missingBridge), .init("allow #br0", 6, .missingBridge),
    .init("include", 8, .missingPath), .init("include  # x", 8, .missingPath),
    .init("include a\0b", 9, .badPath),
    .init("include " + String(repeating: "x", count: 4096), 9, .badPath),
    .init("allow br0:1", 7, .badBridge), .init("allow br%d", 7, .badBridge),
    .init("allow a/b", 7, .badBridge), .init("allow .", 7, .badBridge),
    .init("deny  ..", 7, .badBridge),
    .init("allow sixteen-bytes-xx", 7, .badBridge), .init("allow br0\0", 7, .badBridge),
    .init("allow \u{1b}[0m", 7, .badBridge), .init("allow br\u{7f}", 7, .badBridge),
    .init("allow br0 colour", 11, .unknownKey), .init("allow br0 br1", 11, .unknownKey),
    .init("allow br0 =x", 11, .unknownKey), .init("allow br0 User=x", 11, .unknownKey),
    .init("allow br0 taps", 15, .valueMissing), .init("allow br0 taps=", 15, .valueMissing),
    .init("allow br0 user= x", 15, .valueMissing),
    .init("allow br0 vhost=1", 16, .valueNotTaken),
    .init("allow br0 isolated=", 19, .valueNotTaken),
    .init("allow br0 persist=yes", 18, .valueNotTaken),
    .init("allow br0 vhost vhost", 17, .repeatedKey),
    .init("allow br0 user=a user=b", 18, .repeatedKey),
    .init("allow br0 taps=1 taps=1", 18, .repeatedKey),
    .init("deny br0 taps=1", 10, .keyNotForDeny), .init("deny all vhost", 10, .keyNotForDeny),
    .init("deny all user=a mac=2:0:0:0:0:1", 17, .keyNotForDeny),
    .init("allow br0 taps=0", 16, .badNumber(maximum: 4096)),
    .init("allow br0 taps=4097", 16, .badNumber(maximum: 4096)),
    .init("allow br0 taps=01", 16, .badNumber(maximum: 4096)),
    .init("allow br0 taps=+1", 16, .badNumber(maximum: 4096)),
    .init("allow br0 taps=-1", 16, .badNumber(maximum: 4096)),
    .init("allow br0 taps=0x4", 16, .badNumber(maximum: 4096)),
    .init("allow br0 taps=4,", 16, .badNumber(maximum: 4096)),
    .init("allow br0 taps=4294967297", 16, .badNumber(maximum: 4096)),
    .init("allow br0 taps=18446744073709551617", 16, .badNumber(maximum: 4096)),
    .init("allow br0 queues=127", 18, .badNumber(maximum: 126)),
    .init("allow br0 queues=0", 18, .badNumber(maximum: 126)),
    .init("allow br0 user=a,,b", 18, .emptyListItem),
    .init("allow br0 user=,a", 16, .emptyListItem),
    .init("allow br0 group=a,", 19, .emptyListItem), .init("allow br0 user=,", 16, .emptyListItem),
    .init("allow br0 user=4294967295", 16, .badName), .init("allow br0 user=00", 16, .badName),
    .init("allow br0 user=1x", 16, .badName), .init("allow br0 user=a:b", 17, .badName),
    .init("allow br0 group=a\0", 18, .badName),
    .init("allow br0 mac=01:00:00:00:00:00", 15, .badAddress),
    .init("allow br0 mac=00:00:00:00:00:00", 15, .badAddress),
    .init("allow br0 mac=52:54:00:00:00:01,zz", 33, .badAddress),
    .init("allow br0 mac=52:54:00:00:00:01,", 33, .badAddress),
  ]

  @Test(arguments: wrong)
  func saysWhereAndWhatIsWrong(wrong: Wrong) throws {
    let expected = ACLSyntaxError(line: 1, column: wrong.column, problem: wrong.problem)
    #expect(throws: expected) { try summary(wrong.text) }
    // The same in the middle of a file, with either kind of line end and none at all.
    for (before, line) in [("# x\n\nallow br9\n", 4), ("deny br8 # y\r\n", 2)] {
      let moved = ACLSyntaxError(line: line, column: wrong.column, problem: wrong.problem)
      #expect(throws: moved) { try summary(before + wrong.text + "\nallow br0\n") }
    }
    #expect(throws: expected) { try summary(wrong.text + "\r\n") }
  }

  @Test(arguments: wrong)
  func everyProblemHasWords(wrong: Wrong) {
    #expect(!wrong.problem.description.isEmpty)
    #expect(!wrong.problem.description.contains("\n"))
  }

  @Test func whatComesBeforeAnErrorIsStillRead() throws {
    var parser = ACLParser(Array("allow br0\noops\nallow br1\n".utf8))
    #expect(try parser.next() != nil)
    #expect(throws: ACLSyntaxError.self) { _ = try parser.next() }
  }

  @Test func aLongLineIsOneLine() throws {
    let padding = String(repeating: " ", count: 100_000)
    #expect(try summary("allow\(padding)br0\(padding)vhost\(padding)") == ["1: allow br0 vhost"])
    #expect(try summary("# \(padding)allow br0\nallow br1") == ["2: allow br1"])
  }

  @Test func tenThousandRulesAreTenThousandStatements() throws {
    let text = (1...10_000).map { "allow br\($0) user=u\($0)\n" }.joined()
    let statements = try summary(text)
    #expect(statements.count == 10_000)
    #expect(statements.last == "10000: allow br10000 user=u10000")
  }

  /// Every byte at every place of a line that uses the whole grammar: refused or read, and always
  /// the end comes.
  @Test func noByteAnywhereMakesItTrap() {
    let line = Array("allow br0 user=a,1 mac=2:0:0:0:0:1 taps=4 vhost # x\ninclude y\n".utf8)
    var outcomes = Set<Bool>()
    for position in line.indices {
      for byte in UInt8.min...UInt8.max {
        var changed = line
        changed[position] = byte
        var parser = ACLParser(changed)
        var statements = 0
        do throws(ACLSyntaxError) {
          while try parser.next() != nil { statements += 1 }
          outcomes.insert(true)
        } catch {
          outcomes.insert(false)
          #expect(error.line >= 1 && error.column >= 1)
        }
        #expect(statements <= 3)
      }
    }
    #expect(outcomes == [true, false])
  }
}
