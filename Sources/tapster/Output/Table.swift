internal import LinuxHost
internal import LinuxTypes

/// A table as virsh prints it: a head, a rule of hyphens, a row a line; every column as wide as its
/// widest cell and three spaces more, one space in front of all.
struct Table {
  private let head: [String]
  private var rows: [[String]] = []

  init(head: [String]) { self.head = head }

  /// Control characters in a cell are shown as ``PrintableText`` writes them.
  mutating func append(_ row: [String]) { rows.append(row.map { PrintableText.line($0) }) }

  /// The lines, each with its end.
  func text(withHead: Bool) -> String {
    let all = withHead ? [head] + rows : rows
    let measures = all.map { $0.map { DisplayWidth.of($0) } }
    let widths = head.indices.map { column in measures.map { $0[column] }.max() ?? 0 }
    var text = ""
    for (number, row) in all.enumerated() {
      for (column, cell) in row.enumerated() {
        text += " "
        text += cell
        guard column + 1 < row.count else { break }
        text += String(repeating: " ", count: widths[column] - measures[number][column] + 2)
      }
      text += "\n"
      if withHead, number == 0 {
        text += String(repeating: "-", count: widths.reduce(0, +) + 3 * head.count)
        text += "\n"
      }
    }
    return text
  }
}
