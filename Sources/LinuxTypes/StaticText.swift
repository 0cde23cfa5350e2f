/// A text that is written in the program itself, and so is nobody's input.
public struct StaticText: Sendable, ExpressibleByStringLiteral {
  /// The text.
  public let text: String

  /// Takes a literal.
  public init(stringLiteral text: String) { self.text = text }
}
