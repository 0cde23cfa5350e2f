/// The items of a comma-separated value, as ranges of the file's bytes.
///
/// Not an `IteratorProtocol`: the bytes are lent to each step instead of being kept.
public struct ACLList: Sendable {
  private var rest: Range<Int>?

  /// The items of the value at `range`.
  public init(_ range: Range<Int>) { rest = range }

  /// The next item of `text`, the bytes that the range is of; nil after the last.
  public mutating func next(in text: [UInt8]) -> Range<Int>? {
    guard let rest else { return nil }
    var end = rest.lowerBound
    while end < rest.upperBound, text[end] != UInt8(ascii: ",") { end += 1 }
    self.rest = end < rest.upperBound ? end + 1..<rest.upperBound : nil
    return rest.lowerBound..<end
  }
}
