internal import LinuxHost

/// A line of a file and a place in it, for a terminal: two lines, the second with a caret below the
/// place.
struct SourceLine {
  private let shown: String
  private let indent: Int

  /// The most columns that are shown on either side of the place.
  private static let room = 60

  /// `column` is a byte of `line`, 1 for the first; one behind the last is the line's end.
  init(_ line: [UInt8], column: Int) {
    let place = min(max(0, column - 1), line.count)
    // Nobody reads more than that, and a line may have megabytes.
    let near = 4 * Self.room
    var before = Self.printable(line[..<place].suffix(near))
    var after = Self.printable(line[place...].prefix(near))
    if DisplayWidth.of(before) > Self.room {
      while DisplayWidth.of(before) > Self.room { before.removeFirst() }
      before = "..." + before
    }
    if DisplayWidth.of(after) > Self.room {
      while DisplayWidth.of(after) > Self.room { after.removeLast() }
      after += "..."
    }
    shown = before + after
    indent = DisplayWidth.of(before)
  }

  /// Both lines, the first without `indent`, for it follows that of an advice.
  func text(indent margin: Int) -> String {
    "\(shown)\n\(String(repeating: " ", count: margin + indent))^"
  }

  /// The text with spaces for tabs, and with `\xHH` for bytes that are not printable UTF-8.
  private static func printable(_ bytes: ArraySlice<UInt8>) -> String {
    var text = ""
    var rest = bytes
    while let first = rest.first {
      let length =
        switch first {
        case 0xC2...0xDF: 2
        case 0xE0...0xEF: 3
        case 0xF0...0xF4: 4
        default: 1
        }
      if first == UInt8(ascii: "\t") {
        text += "  "
      } else if let character = String(validating: rest.prefix(length), as: UTF8.self),
        character.unicodeScalars.allSatisfy(isPrintable)
      {
        text += character
      } else {
        let digits = String(first, radix: 16, uppercase: true)
        text += "\\x" + (digits.utf8.count < 2 ? "0" : "") + digits
        rest = rest.dropFirst()
        continue
      }
      rest = rest.dropFirst(length)
    }
    return text
  }

  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
      .paragraphSeparator:
      false
    default: true
    }
  }
}
