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
  private var position = 0
  private var lineStart = 0
  private var lineNumber = 0

  /// A parser of a file that holds `text`.
  public init(_ text: [UInt8]) { self.text = text }

  /// The next statement, or nil at the end of the file.
  public mutating func next() throws(ACLSyntaxError) -> ACLStatement? {
    let text = text
    let bytes = text.span
    while position < bytes.count {
      lineNumber += 1
      lineStart = position
      let first = Self.skipBlank(bytes, from: position)
      if first < bytes.count, !Self.endsStatement(bytes[first]) {
        do throws(Failure) { return try statement(bytes, from: first) } catch {
          position = Self.endOfLine(bytes, from: error.position) + 1
          throw ACLSyntaxError(
            line: lineNumber, column: error.position - lineStart + 1, problem: error.problem)
        }
      }
      position = Self.endOfLine(bytes, from: first) + 1
    }
    return nil
  }

  // MARK: A line

  /// What is wrong, and at which byte of the file.
  private struct Failure: Error {
    let problem: ACLSyntaxError.Problem
    let position: Int
  }

  /// The statement that starts at `first`; moves behind its line. Each byte is looked at about
  /// once: an access control list may have ten thousand lines, and every grant reads all of them.
  private mutating func statement(_ bytes: borrowing Span<UInt8>, from first: Int)
    throws(Failure) -> ACLStatement
  {
    let verbEnd = Self.skipWord(bytes, from: first)
    let second = Self.skipBlank(bytes, from: verbEnd)
    let hasSecond = second < bytes.count && !Self.endsStatement(bytes[second])

    let verb: ACLRule.Verb
    switch verbEnd - first {
    case 5 where Self.word(bytes, first..<verbEnd, is: "allow"): verb = .allow
    case 4 where Self.word(bytes, first..<verbEnd, is: "deny"): verb = .deny
    case 7 where Self.word(bytes, first..<verbEnd, is: "include"):
      guard hasSecond else { throw Failure(problem: .missingPath, position: verbEnd) }
      return try include(bytes, first, path: second)
    default: throw Failure(problem: .unknownVerb, position: first)
    }

    guard hasSecond else { throw Failure(problem: .missingBridge, position: verbEnd) }
    let nameEnd = Self.skipWord(bytes, from: second)
    let name = second..<nameEnd
    guard Self.isInterfaceName(bytes, name) else {
      throw Failure(problem: .badBridge, position: second)
    }
    let isAll = Self.word(bytes, name, is: "all")
    var rule = ACLRule(verb: verb, bridge: isAll ? .none : ACLWord(second, nameEnd))

    var end = nameEnd
    var seen: Keys = []
    var next = Self.skipBlank(bytes, from: nameEnd)
    while next < bytes.count, !Self.endsStatement(bytes[next]) {
      end = Self.skipWord(bytes, from: next)
      try read(bytes, next..<end, into: &rule, seen: &seen)
      next = Self.skipBlank(bytes, from: end)
    }
    rule.line = ACLLine(number: lineNumber, word: ACLWord(first, end))
    position = Self.endOfLine(bytes, from: next) + 1
    return .rule(rule)
  }

  /// An include, whose path goes on, spaces and all, to the end of the line or to a comment.
  private mutating func include(_ bytes: borrowing Span<UInt8>, _ first: Int, path: Int)
    throws(Failure) -> ACLStatement
  {
    var end = path
    var next = path
    while next < bytes.count, !Self.endsStatement(bytes[next]) {
      end = Self.skipWord(bytes, from: next)
      next = Self.skipBlank(bytes, from: end)
    }
    guard FilePath(text[path..<end]) != nil else {
      throw Failure(problem: .badPath, position: path)
    }
    position = Self.endOfLine(bytes, from: next) + 1
    let line = ACLLine(number: lineNumber, word: ACLWord(first, end))
    return .include(ACLWord(path, end), line)
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

  @inline(__always)
  private static func key(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) -> Keys? {
    switch range.count {
    case 3: if word(bytes, range, is: "mac") { return .mac }
    case 4:
      if word(bytes, range, is: "user") { return .user }
      if word(bytes, range, is: "taps") { return .taps }
    case 5:
      if word(bytes, range, is: "group") { return .group }
      if word(bytes, range, is: "vhost") { return .vhost }
    case 6: if word(bytes, range, is: "queues") { return .queues }
    case 7: if word(bytes, range, is: "persist") { return .persist }
    case 8: if word(bytes, range, is: "isolated") { return .isolated }
    default: break
    }
    return nil
  }

  private func read(
    _ bytes: borrowing Span<UInt8>, _ range: Range<Int>, into rule: inout ACLRule,
    seen: inout Keys
  ) throws(Failure) {
    var equals = range.lowerBound
    while equals < range.upperBound, bytes[equals] != UInt8(ascii: "=") { equals += 1 }
    let hasValue = equals < range.upperBound

    guard let key = Self.key(bytes, range.lowerBound..<equals) else {
      throw Failure(problem: .unknownKey, position: range.lowerBound)
    }
    guard seen.insert(key).inserted else {
      throw Failure(problem: .repeatedKey, position: range.lowerBound)
    }
    if rule.verb == .deny, !Keys.forDeny.contains(key) {
      throw Failure(problem: .keyNotForDeny, position: range.lowerBound)
    }
    if Keys.takingNoValue.contains(key) {
      guard !hasValue else { throw Failure(problem: .valueNotTaken, position: equals) }
    } else {
      guard hasValue, equals + 1 < range.upperBound else {
        throw Failure(problem: .valueMissing, position: equals)
      }
    }

    let value = min(equals + 1, range.upperBound)..<range.upperBound
    switch key {
    case .user:
      try checkNames(value)
      rule.userList = ACLWord(value.lowerBound, value.upperBound)
    case .group:
      try checkNames(value)
      rule.groupList = ACLWord(value.lowerBound, value.upperBound)
    case .mac:
      try checkAddresses(value)
      rule.addressList = ACLWord(value.lowerBound, value.upperBound)
    case .taps: rule.taps = try number(value, maximum: Self.maximumTaps)
    case .queues: rule.queues = try number(value, maximum: Self.maximumQueues)
    case .vhost: rule.vhost = true
    case .persist: rule.persist = true
    default: rule.isolated = true
    }
  }

  private func number(_ range: Range<Int>, maximum: UInt32) throws(Failure) -> UInt32 {
    guard let number = DecimalNumber.parse(text[range], maximum: maximum), number >= 1 else {
      throw Failure(problem: .badNumber(maximum: maximum), position: range.lowerBound)
    }
    return number
  }

  /// Each item is a number below 4294967295 or a name: anything that does not start with a digit
  /// and has no control byte and no colon, which `/etc/passwd` could not hold.
  private func checkNames(_ range: Range<Int>) throws(Failure) {
    var items = ACLList(range)
    while let item = items.next(in: text) {
      guard let first = item.first else {
        throw Failure(problem: .emptyListItem, position: item.lowerBound)
      }
      if Self.isDigit(text[first]) {
        guard let number = DecimalNumber.parse(text[item]), UserID(number) != nil else {
          throw Failure(problem: .badName, position: item.lowerBound)
        }
        continue
      }
      for position in item where text[position] < 0x21 || text[position] == UInt8(ascii: ":") {
        throw Failure(problem: .badName, position: position)
      }
    }
  }

  private func checkAddresses(_ range: Range<Int>) throws(Failure) {
    var items = ACLList(range)
    while let item = items.next(in: text) {
      guard let address = MACAddress(text[item]), !address.isMulticast,
        address.bytes.contains(where: { $0 != 0 })
      else { throw Failure(problem: .badAddress, position: item.lowerBound) }
    }
  }

  // MARK: Bytes

  @inline(__always)
  private static func isInterfaceName(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) -> Bool {
    // Same rule as InterfaceName, without making one: ten thousand names are looked at, one is
    // needed.
    guard range.count <= InterfaceName.maximumLength else { return false }
    for position in range where !InterfaceName.allows(bytes[position]) { return false }
    if bytes[range.lowerBound] != UInt8(ascii: ".") { return true }
    return !(word(bytes, range, is: ".") || word(bytes, range, is: ".."))
  }

  @inline(__always)
  private static func word(
    _ bytes: borrowing Span<UInt8>, _ range: Range<Int>, is word: StaticString
  ) -> Bool {
    guard range.count == word.utf8CodeUnitCount else { return false }
    // SAFETY: `position` is below the number of bytes that the static string has.
    for position in 0..<range.count
    where unsafe bytes[range.lowerBound + position] != word.utf8Start[position] { return false }
    return true
  }

  /// The first byte from `start` on that is not white space within a line.
  @inline(__always)
  private static func skipBlank(_ bytes: borrowing Span<UInt8>, from start: Int) -> Int {
    var position = start
    while position < bytes.count, isSpace(bytes[position]), bytes[position] != UInt8(ascii: "\n") {
      position += 1
    }
    return position
  }

  /// The first byte from `start` on that is white space.
  @inline(__always)
  private static func skipWord(_ bytes: borrowing Span<UInt8>, from start: Int) -> Int {
    var position = start
    while position < bytes.count, !isSpace(bytes[position]) { position += 1 }
    return position
  }

  /// The next newline from `start` on, or the end of the file.
  @inline(__always)
  private static func endOfLine(_ bytes: borrowing Span<UInt8>, from start: Int) -> Int {
    var position = start
    while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
    return position
  }

  /// Whether a word that starts with `byte` is none: it is the end of the line, or a comment.
  @inline(__always)
  private static func endsStatement(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "#")
  }

  /// `isspace` of the C locale.
  @inline(__always)
  private static func isSpace(_ byte: UInt8) -> Bool {
    // Nearly every byte is decided by the first comparison.
    byte <= 0x20 && (byte == 0x20 || byte &- 9 < 5)
  }

  @inline(__always)
  private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
}
