internal import AccessControl

/// A rule that is on its way into a list, or out of it: one line as somebody typed it.
public struct RuleLine: Equatable, Sendable {
  /// The whole line without its end: the rule, and maybe a comment behind it.
  public let text: [UInt8]
  /// What the rule says.
  public let meaning: RuleMeaning
  private let ruleEnd: Int

  /// Takes what is typed; white space around it does not count. Throws if it is not one rule.
  public init(_ typed: some Collection<UInt8>) throws(ACLEditError) {
    let blank: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    let start = typed.drop(while: blank)
    let text = Array(start.reversed().drop(while: blank).reversed())
    // The replacement character is what became of an argument that is not UTF-8.
    guard let characters = String(validating: text, as: UTF8.self),
      !characters.unicodeScalars.contains(where: {
        $0 == "\u{FFFD}" || ($0 != "\t" && $0.properties.generalCategory == .control)
      })
    else { throw .unprintable }

    var parser = ACLParser(text)
    let statement: ACLStatement?
    do throws(ACLSyntaxError) { statement = try parser.next() } catch {
      throw .syntax(error, hint: NearMiss.advice(for: error, in: text))
    }
    switch statement {
    case nil: throw .noRule
    case .include: throw .include
    case .rule(let rule):
      self.text = text
      meaning = RuleMeaning(rule, in: text)
      ruleEnd = rule.line.range.upperBound
    }
  }

  /// The rule without a comment behind it.
  public var rule: [UInt8] { Array(text[..<ruleEnd]) }

  /// The line with numbers instead of these names, which a comment then tells.
  ///
  /// The helper knows the names of `/etc/passwd` and `/etc/group` alone; numbers it always knows.
  public func numbered(
    users: [[UInt8]: UInt32], groups: [[UInt8]: UInt32]
  ) throws(ACLEditError) -> RuleLine {
    let named =
      meaning.users.compactMap { word in users[word.bytes].map { (word, $0) } }
      + meaning.groups.compactMap { word in groups[word.bytes].map { (word, $0) } }
    guard !named.isEmpty else { return self }
    var text = text
    for (word, number) in named.sorted(by: { $0.0.offset > $1.0.offset }) {
      text.replaceSubrange(word.offset..<word.offset + word.bytes.count, with: "\(number)".utf8)
    }
    let hasComment = self.text.count > ruleEnd
    let notes = named.map { word, number in Array("\(number): ".utf8) + word.bytes }
    text += Array((hasComment ? ", " : "  # ").utf8) + notes.joined(separator: ", ".utf8)
    return try RuleLine(text)
  }
}
