/// A table as virsh prints it: a head, a rule of hyphens, a row a line; every column as wide as its
/// widest cell and three spaces more, one space in front of all.
struct NetworkTable {
  private var rows: [[String]]

  init(head: [String]) { rows = [head] }

  mutating func append(_ row: [String]) { rows.append(row) }

  var text: String {
    let columns = rows.first?.count ?? 0
    let widths = (0..<columns).map { column in
      rows.map { $0[column].unicodeScalars.count }.max() ?? 0
    }
    var lines: [String] = []
    for row in rows {
      var line = ""
      for (column, cell) in row.enumerated() {
        line += " " + cell
        guard column + 1 < columns else { break }
        line += String(repeating: " ", count: widths[column] - cell.unicodeScalars.count + 2)
      }
      lines.append(line)
    }
    lines.insert(String(repeating: "-", count: widths.reduce(0, +) + 3 * columns), at: 1)
    return lines.joined(separator: "\n")
  }
}
