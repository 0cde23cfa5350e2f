internal import LinuxTypes

/// `/etc/subuid`, as bytes: the numbers that users may act under in user namespaces of their own
/// beside the one they have (`man 5 subuid`).
///
/// Lines of three fields with colons between: a user's name or number, the first of the numbers,
/// how many there are.
public struct SubordinateIDs: Sendable {
  private let text: [UInt8]

  /// A line has three fields, but not two plain decimal numbers: what others make of it is not
  /// known here.
  public struct Unclear: Error, Equatable, Sendable {
    /// Which line, 1 for the first.
    public let line: Int

    /// That it is line `line`.
    public init(line: Int) { self.line = line }
  }

  /// The ranges that a file holds.
  public init(_ text: [UInt8]) { self.text = text }

  /// Whose subordinate `number` is, as the file has it; nil if it is nobody's.
  public func owner(of number: UInt32) throws(Unclear) -> [UInt8]? {
    var count = 0
    for line in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      count += 1
      let fields = line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
      guard fields.count == 3, fields[0].first != UInt8(ascii: "#") else { continue }
      guard let first = DecimalNumber.parse(fields[1]), let many = DecimalNumber.parse(fields[2])
      else { throw Unclear(line: count) }
      if number >= first, UInt64(number) < UInt64(first) + UInt64(many) {
        return Array(fields[0])
      }
    }
    return nil
  }
}
