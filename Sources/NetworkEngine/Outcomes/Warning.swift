/// Something that a network's start found, which keeps it from being of use though it is up.
public struct Warning: Equatable, Sendable {
  /// What it is, in words of one line.
  public let words: String
  /// The one command that mends it; nil if there is none.
  public let advice: String?

  init(words: String, advice: String?) {
    self.words = words
    self.advice = advice
  }
}
