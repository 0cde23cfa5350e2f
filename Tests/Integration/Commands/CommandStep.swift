/// What a command said, and how it ended.
struct Said: Equatable, CustomStringConvertible {
  var status: String
  var output: String
  var error: String

  init(_ status: Int, output: String = "", error: String = "") {
    (self.status, self.output, self.error) = ("\(status)", output, error)
  }

  var description: String { "[\(status)]\n\(output)--- stderr\n\(error)" }
}

/// A line for the shell in which `$V` stands for virsh or tapster, and what it is to say.
struct CommandStep: ExpressibleByStringInterpolation {
  let line: String
  /// What ours says if that is not what virsh says.
  let difference: (name: CommandDifference, ours: Said)?
  /// Whether it is only there for the sake of those behind it.
  let isPreparation: Bool

  init(stringLiteral line: String) { self.init(line) }

  private init(
    _ line: String, difference: (CommandDifference, Said)? = nil, isPreparation: Bool = false
  ) {
    self.line = line
    self.difference = difference
    self.isPreparation = isPreparation
  }

  /// A line that is only there for the sake of those behind it.
  static func prepare(_ line: String) -> CommandStep { CommandStep(line, isPreparation: true) }

  /// A line to which ours says something else.
  static func different(_ line: String, _ name: CommandDifference, _ ours: Said) -> CommandStep {
    CommandStep(line, difference: (name, ours))
  }
}
