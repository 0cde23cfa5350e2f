internal import AccessControl

/// The text of an access control list file, of which one line at a time is added or removed while
/// all others stay as they are, to the byte.
///
/// Lines are those that the parser counts: each ends with a newline, or with the file.
public struct ACLText: Equatable, Sendable {
  /// All bytes of the file.
  public let bytes: [UInt8]

  private let starts: [Int]

  /// A file that holds `bytes`.
  public init(_ bytes: [UInt8]) {
    self.bytes = bytes
    var starts = bytes.isEmpty ? [] : [0]
    for (position, byte) in bytes.enumerated()
    where byte == Self.newline && position + 1 < bytes.count { starts.append(position + 1) }
    self.starts = starts
  }

  /// How many lines there are.
  public var lineCount: Int { starts.count }

  /// The bytes of a line without its newline; nil if there is none of that number, 1 for the first.
  public func line(_ number: Int) -> ArraySlice<UInt8>? {
    range(of: number).map { range in
      let line = bytes[range]
      return line.last == Self.newline ? line.dropLast() : line
    }
  }

  /// The text with `line` more, before the line of that number, or behind the last.
  ///
  /// The new line ends as the lines around it do; where the file does not end with a newline, it
  /// does not afterwards. Throws if there is no line of that number.
  public func inserting(_ line: [UInt8], before number: Int? = nil) throws(ACLEditError) -> ACLText
  {
    guard let number else {
      if bytes.isEmpty || bytes.last == Self.newline {
        return ACLText(bytes + line + lineEnd(near: lineCount))
      }
      return ACLText(bytes + lineEnd(near: lineCount - 1) + line)
    }
    guard let range = range(of: number) else { throw .noSuchLine(number, last: lineCount) }
    return ACLText(
      bytes[..<range.lowerBound] + line + lineEnd(near: number) + bytes[range.lowerBound...])
  }

  /// The text without the line of that number. Throws if there is none.
  ///
  /// Where the file does not end with a newline, it does not afterwards.
  public func removing(_ number: Int) throws(ACLEditError) -> ACLText {
    guard var range = range(of: number) else { throw .noSuchLine(number, last: lineCount) }
    if range.upperBound == bytes.endIndex, bytes.last != Self.newline, number > 1 {
      let end = lineEnd(of: number - 1).count
      range = range.lowerBound - end..<range.upperBound
    }
    return ACLText(Array(bytes[..<range.lowerBound] + bytes[range.upperBound...]))
  }

  // MARK: Lines

  private static let newline = UInt8(ascii: "\n")

  /// Where a line is, with its newline.
  private func range(of number: Int) -> Range<Int>? {
    guard starts.indices.contains(number - 1) else { return nil }
    return starts[number - 1]..<(number < starts.count ? starts[number] : bytes.endIndex)
  }

  /// What ends that line: a newline, with a carriage return before it if need be; nothing at the
  /// end of a file without.
  private func lineEnd(of number: Int) -> [UInt8] {
    guard let range = range(of: number), bytes[range].last == Self.newline else { return [] }
    let isCRLF = bytes[range].dropLast().last == UInt8(ascii: "\r")
    return isCRLF ? [UInt8(ascii: "\r"), Self.newline] : [Self.newline]
  }

  /// How a line of that number is to end: as it does, or else as the one before does.
  private func lineEnd(near number: Int) -> [UInt8] {
    for number in [number, number - 1] {
      let end = lineEnd(of: number)
      if !end.isEmpty { return end }
    }
    return [Self.newline]
  }
}
