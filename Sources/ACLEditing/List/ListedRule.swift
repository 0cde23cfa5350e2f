internal import AccessControl
public import LinuxTypes

/// A rule of an access control list, and where it stands.
public struct ListedRule: Sendable {
  /// The file.
  public let file: FilePath
  /// The line, 1 for the first.
  public let line: Int
  /// The byte of the line that it starts at, 1 for the first.
  public let column: Int
  /// The rule as it is written, without a comment behind it.
  public let text: [UInt8]
  /// What it says.
  public let meaning: RuleMeaning
  /// The file it stands in, the one that includes that one, and so on: numbers in
  /// ``ACLContents/files``, the list's own first.
  public let within: [Int]

  /// A rule in a file that holds `contents`.
  init(_ rule: ACLRule, in contents: [UInt8], of file: FilePath, within: [Int]) {
    let range = rule.line.range
    let before = contents[..<range.lowerBound]
    let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    self.file = file
    line = rule.line.number
    column = range.lowerBound - lineStart + 1
    text = Array(contents[range])
    meaning = RuleMeaning(rule, in: contents)
    self.within = within
  }

  /// `file:line`.
  public var place: String { "\(file.description):\(line)" }
}
