internal import LinuxTypes

/// Reads the statements of one access control list file, in order.
///
/// The grammar is QEMU's bridge.conf (`allow`, `deny`, `include`, one a line, `#` at the start of
/// a line) with keys behind the bridge and comments behind a rule. White space is what `isspace`
/// of C says, so a file with CRLF is fine. Source: `man 5 tapster-acl.conf`.
public struct ACLParser: Sendable {
  /// The most taps a rule can grant a caller: no host has room for more.
  public static let maximumTaps: UInt32 = 4096
  /// The most queues a rule can grant a tap: with vhost, twice as many descriptors fit in one
  /// message.
  public static let maximumQueues: UInt32 = 126

  private let text: [UInt8]
  private var nextLine = 0
  private var lineNumber = 0

  /// A parser of a file that holds `text`.
  public init(_ text: [UInt8]) { self.text = text }

  /// The next statement, or nil at the end of the file.
  public mutating func next() throws(ACLSyntaxError) -> ACLStatement? {
    while nextLine < text.count {
      let start = nextLine
      var end = start
      while end < text.count, text[end] != UInt8(ascii: "\n") { end += 1 }
      nextLine = end + 1
      lineNumber += 1

      let first = skipSpace(from: start, to: end)
      if first == end || text[first] == UInt8(ascii: "#") { continue }
      return try statement(lineStart: start, from: first, to: end)
    }
    return nil
  }

  // MARK: A line

  private func statement(lineStart: Int, from first: Int, to lineEnd: Int)
    throws(ACLSyntaxError) -> ACLStatement
  {
    func failure(_ problem: ACLSyntaxError.Problem, at position: Int) -> ACLSyntaxError {
      ACLSyntaxError(line: lineNumber, column: position - lineStart + 1, problem: problem)
    }

    let end = endOfStatement(from: first, to: lineEnd)
    let line = ACLLine(number: lineNumber, range: first..<end)
    let verbEnd = skipWord(from: first, to: end)
    let second = skipSpace(from: verbEnd, to: end)

    let verb: ACLRule.Verb
    switch verbEnd - first {
    case 5 where word(first..<verbEnd, is: "allow"): verb = .allow
    case 4 where word(first..<verbEnd, is: "deny"): verb = .deny
    case 7 where word(first..<verbEnd, is: "include"):
      guard second < end else { throw failure(.missingPath, at: end) }
      guard FilePath(text[second..<end]) != nil else { throw failure(.badPath, at: second) }
      return .include(second..<end, line)
    default: throw failure(.unknownVerb, at: first)
    }

    guard second < end else { throw failure(.missingBridge, at: end) }
    let nameEnd = skipWord(from: second, to: end)
    let name = second..<nameEnd
    guard isInterfaceName(name) else { throw failure(.badBridge, at: second) }
    var rule = ACLRule(verb: verb, line: line, bridge: word(name, is: "all") ? nil : name)

    var position = skipSpace(from: nameEnd, to: end)
    var seen: Keys = []
    while position < end {
      let wordEnd = skipWord(from: position, to: end)
      do throws(ACLKeyError) {
        try read(position..<wordEnd, into: &rule, seen: &seen)
      } catch { throw failure(error.problem, at: error.position) }
      position = skipSpace(from: wordEnd, to: end)
    }
    return .rule(rule)
  }

  /// The end of what a line says: before a `#` that follows white space, and before white space.
  private func endOfStatement(from first: Int, to lineEnd: Int) -> Int {
    var end = lineEnd
    var position = first + 1
    while position < lineEnd {
      if text[position] == UInt8(ascii: "#"), Self.isSpace(text[position - 1]) {
        end = position
        break
      }
      position += 1
    }
    while end > first, Self.isSpace(text[end - 1]) { end -= 1 }
    return end
  }

  // MARK: Keys

  private struct Keys: OptionSet {
    let rawValue: UInt8
    static let user = Keys(rawValue: 1)
    static let group = Keys(rawValue: 2)
    static let taps = Keys(rawValue: 4)
    static let queues = Keys(rawValue: 8)
    static let mac = Keys(rawValue: 16)
    static let vhost = Keys(rawValue: 32)
    static let persist = Keys(rawValue: 64)
    static let isolated = Keys(rawValue: 128)
    static let takingNoValue: Keys = [.vhost, .persist, .isolated]
    static let forDeny: Keys = [.user, .group]
  }

  private struct ACLKeyError: Error {
    let problem: ACLSyntaxError.Problem
    let position: Int
  }

  private func key(_ range: Range<Int>) -> Keys? {
    if word(range, is: "user") { return .user }
    if word(range, is: "group") { return .group }
    if word(range, is: "taps") { return .taps }
    if word(range, is: "queues") { return .queues }
    if word(range, is: "mac") { return .mac }
    if word(range, is: "vhost") { return .vhost }
    if word(range, is: "persist") { return .persist }
    if word(range, is: "isolated") { return .isolated }
    return nil
  }

  private func read(_ range: Range<Int>, into rule: inout ACLRule, seen: inout Keys)
    throws(ACLKeyError)
  {
    var equals = range.lowerBound
    while equals < range.upperBound, text[equals] != UInt8(ascii: "=") { equals += 1 }
    let hasValue = equals < range.upperBound

    guard let key = key(range.lowerBound..<equals) else {
      throw ACLKeyError(problem: .unknownKey, position: range.lowerBound)
    }
    guard seen.insert(key).inserted else {
      throw ACLKeyError(problem: .repeatedKey, position: range.lowerBound)
    }
    if rule.verb == .deny, !Keys.forDeny.contains(key) {
      throw ACLKeyError(problem: .keyNotForDeny, position: range.lowerBound)
    }
    if Keys.takingNoValue.contains(key) {
      guard !hasValue else { throw ACLKeyError(problem: .valueNotTaken, position: equals) }
    } else {
      guard hasValue, equals + 1 < range.upperBound else {
        throw ACLKeyError(problem: .valueMissing, position: equals)
      }
    }

    let value = min(equals + 1, range.upperBound)..<range.upperBound
    switch key {
    case .user:
      try checkNames(value)
      rule.users = value
    case .group:
      try checkNames(value)
      rule.groups = value
    case .mac:
      try checkAddresses(value)
      rule.addresses = value
    case .taps: rule.taps = try number(value, maximum: Self.maximumTaps)
    case .queues: rule.queues = try number(value, maximum: Self.maximumQueues)
    case .vhost: rule.vhost = true
    case .persist: rule.persist = true
    default: rule.isolated = true
    }
  }

  private func number(_ range: Range<Int>, maximum: UInt32) throws(ACLKeyError) -> UInt32 {
    guard let number = DecimalNumber.parse(text[range], maximum: maximum), number >= 1 else {
      throw ACLKeyError(problem: .badNumber(maximum: maximum), position: range.lowerBound)
    }
    return number
  }

  /// Each item is a number below 4294967295 or a name: anything that does not start with a digit
  /// and has no control byte and no colon, which `/etc/passwd` could not hold.
  private func checkNames(_ range: Range<Int>) throws(ACLKeyError) {
    var items = ACLList(range)
    while let item = items.next(in: text) {
      guard let first = item.first else {
        throw ACLKeyError(problem: .emptyListItem, position: item.lowerBound)
      }
      if Self.isDigit(text[first]) {
        guard let number = DecimalNumber.parse(text[item]), UserID(number) != nil else {
          throw ACLKeyError(problem: .badName, position: item.lowerBound)
        }
        continue
      }
      for position in item where text[position] < 0x21 || text[position] == UInt8(ascii: ":") {
        throw ACLKeyError(problem: .badName, position: position)
      }
    }
  }

  private func checkAddresses(_ range: Range<Int>) throws(ACLKeyError) {
    var items = ACLList(range)
    while let item = items.next(in: text) {
      guard let address = MACAddress(text[item]), !address.isMulticast,
        address.bytes.contains(where: { $0 != 0 })
      else { throw ACLKeyError(problem: .badAddress, position: item.lowerBound) }
    }
  }

  // MARK: Bytes

  private func isInterfaceName(_ range: Range<Int>) -> Bool {
    // Same rule as InterfaceName, without making one: ten thousand names are looked at, one is
    // needed.
    guard range.count <= InterfaceName.maximumLength else { return false }
    for position in range where !InterfaceName.allows(text[position]) { return false }
    if text[range.lowerBound] != UInt8(ascii: ".") { return true }
    return !(word(range, is: ".") || word(range, is: ".."))
  }

  private func word(_ range: Range<Int>, is word: StaticString) -> Bool {
    guard range.count == word.utf8CodeUnitCount else { return false }
    // SAFETY: `position` is below the number of bytes that the static string has.
    for position in 0..<range.count
    where unsafe text[range.lowerBound + position] != word.utf8Start[position] { return false }
    return true
  }

  private func skipSpace(from start: Int, to end: Int) -> Int {
    var position = start
    while position < end, Self.isSpace(text[position]) { position += 1 }
    return position
  }

  private func skipWord(from start: Int, to end: Int) -> Int {
    var position = start
    while position < end, !Self.isSpace(text[position]) { position += 1 }
    return position
  }

  /// `isspace` of the C locale.
  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte >= 9 && byte <= 13 }

  private static func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }
}
