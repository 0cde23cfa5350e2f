internal import LinuxTypes

/// `/etc/passwd` or `/etc/group`, as bytes: names and the numbers that go with them (`man 5
/// passwd`, `man 5 group`).
///
/// Both have the name in the first field, the number in the third and colons between. Where a name
/// stands more than once, the first line counts, as for the C library. Lines that are not of that
/// form are passed over.
public struct NumberDatabase: Sendable {
  private let text: [UInt8]

  /// The database that a file holds.
  public init(_ text: [UInt8]) { self.text = text }

  /// Every name whose number is `number`.
  public func names(of number: UInt32) -> [[UInt8]] {
    var names: [[UInt8]] = []
    var lineStart = 0
    while let entry = entry(from: &lineStart) {
      guard entry.number == number else { continue }
      if self.number(of: text[entry.name]) == number { names.append(Array(text[entry.name])) }
    }
    return names
  }

  /// Every name, in the order of the lines.
  public var allNames: [[UInt8]] {
    var names: [[UInt8]] = []
    var lineStart = 0
    while let entry = entry(from: &lineStart) { names.append(Array(text[entry.name])) }
    return names
  }

  /// The number of `name`, or nil if it is not there.
  public func number(of name: some Collection<UInt8>) -> UInt32? {
    var lineStart = 0
    while let entry = entry(from: &lineStart) {
      if text[entry.name].elementsEqual(name) { return entry.number }
    }
    return nil
  }

  /// The numbers in the fourth field, as `/etc/passwd` has a user's group, of the entries of
  /// `number`.
  public func groups(of number: UInt32) -> [UInt32] {
    var groups: [UInt32] = []
    var lineStart = 0
    while let entry = entry(from: &lineStart) {
      guard entry.number == number else { continue }
      if let group = DecimalNumber.parse(text[entry.fourth]) { groups.append(group) }
    }
    return groups
  }

  /// The numbers of the entries whose fourth field, as `/etc/group` has members, lists one of
  /// `names`.
  public func numbers(listing names: [[UInt8]]) -> [UInt32] {
    var numbers: [UInt32] = []
    var lineStart = 0
    while let entry = entry(from: &lineStart) {
      let members = text[entry.fourth].split(separator: UInt8(ascii: ","))
      if members.contains(where: { member in names.contains { member.elementsEqual($0) } }) {
        numbers.append(entry.number)
      }
    }
    return numbers
  }

  private struct Entry {
    let name: Range<Int>
    let number: UInt32
    let fourth: Range<Int>
  }

  /// The first entry in or after the line that starts at `lineStart`, which moves behind it.
  private func entry(from lineStart: inout Int) -> Entry? {
    while lineStart < text.count {
      let start = lineStart
      var end = start
      var colons: (Int, Int, Int) = (0, 0, 0)
      var fourthEnd: Int?
      var count = 0
      while end < text.count, text[end] != UInt8(ascii: "\n") {
        if text[end] == UInt8(ascii: ":") {
          count += 1
          switch count {
          case 1: colons.0 = end
          case 2: colons.1 = end
          case 3: colons.2 = end
          case 4: fourthEnd = end
          default: break
          }
        }
        end += 1
      }
      lineStart = end + 1
      guard count >= 3, colons.0 > start,
        let number = DecimalNumber.parse(text[colons.1 + 1..<colons.2])
      else { continue }
      return Entry(
        name: start..<colons.0, number: number, fourth: colons.2 + 1..<(fourthEnd ?? end))
    }
    return nil
  }
}
