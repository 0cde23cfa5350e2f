internal import LinuxHost

/// The map as text: a tree whose trunk is the outside. What the host does not connect to it stands
/// beside the trunk.
public struct MapText: Sendable {
  private let columns: Int
  private let glyphs: Glyphs

  /// A text of lines that take no more than `columns` columns, 40 at least; without `isASCII` it
  /// has lines and dots of Unicode.
  public init(columns: Int, isASCII: Bool) {
    self.columns = max(40, columns)
    glyphs = isASCII ? .ascii : .unicode
  }

  /// The lines, each with its end.
  public func text(of map: HostMap) -> String {
    let shown = map.mapTexts(glyphs.escape)
    let routed = shown.segments.filter(\.isRouted)
    let others = shown.segments.filter { !$0.isRouted }
    let heads = shown.segments.map { HeadWords($0) }
    let widths = HeadWidths(heads)
    let rows = RowLayout(
      shown.segments.flatMap(MapRow.twigs).flatMap { $0 }, room: columns - 9, glyphs: glyphs)

    var lines: [String] = []
    func put(_ text: String) { lines.append(fitted(text)) }
    if shown.uplinks.isEmpty {
      put("no way out: the host has no default route")
    } else {
      put("outside")
    }
    let uplinkWidths = HeadWidths(shown.uplinks.map { HeadWords($0) })
    for (position, uplink) in shown.uplinks.enumerated() {
      let isLast = routed.isEmpty && position + 1 == shown.uplinks.count
      let (first, next) = glyphs.branch(isLast: isLast)
      head(HeadWords(uplink), uplinkWidths, first, next).forEach(put)
    }
    for (position, segment) in routed.enumerated() {
      put(glyphs.trunk)
      let (first, next) = glyphs.branch(isLast: position + 1 == routed.count)
      head(HeadWords(segment), widths, first, next).forEach(put)
      body(segment, rows, next).forEach(put)
    }
    for segment in others {
      put("")
      head(HeadWords(segment), widths, "   ", "   ").forEach(put)
      body(segment, rows, "   ").forEach(put)
    }
    if !shown.inactive.isEmpty {
      put("")
      wrapped(shown.inactive, "not active: ", String(repeating: " ", count: 12)).forEach(put)
    }
    if shown.segments.isEmpty, shown.inactive.isEmpty {
      put("")
      put("there are no networks; tapster net-define makes one")
    }
    return lines.map { $0 + "\n" }.joined()
  }

  // MARK: Parts

  /// The line of an uplink or a segment, and more where its blocks do not fit.
  private func head(
    _ words: HeadWords, _ widths: HeadWidths, _ first: String, _ next: String
  ) -> [String] {
    let name = padded(words.name, min(widths.name, 24))
    let start = first + name + "   " + padded(words.kind, widths.kind)
    let indent = String(
      repeating: " ", count: DisplayWidth.of(start) - DisplayWidth.of(next) + 3)
    if words.rest.isEmpty { return [trimmed(start)] }
    return wrapped(words.rest, start + "   ", next + indent)
  }

  private func body(_ segment: HostMap.Segment, _ rows: RowLayout, _ indent: String) -> [String] {
    guard let bridge = segment.bridge else { return [] }
    let (first, next) = glyphs.branch(isLast: true)
    var words = segment.addresses
    if segment.state != .up { words.insert(segment.state.rawValue, at: 0) }
    var lines =
      words.isEmpty
      ? [indent + first + bridge]
      : wrapped(
        words, indent + first + bridge + "   ",
        indent + next + String(repeating: " ", count: DisplayWidth.of(bridge) + 3))
    var twigs = MapRow.twigs(segment).map { $0.flatMap(rows.lines) }
    twigs += segment.forwards.map { ["\($0.listening) \(glyphs.arrow) \($0.target)"] }
    if twigs.isEmpty, segment.state != .missing { twigs = [["nothing is plugged in"]] }
    for (position, twig) in twigs.enumerated() {
      let (first, rest) = glyphs.branch(isLast: position + 1 == twigs.count)
      for (number, line) in twig.enumerated() {
        lines.append(indent + next + (number == 0 ? first : rest) + line)
      }
    }
    return lines
  }

  /// `words` with commas between, on as many lines as they need.
  private func wrapped(_ words: [String], _ first: String, _ next: String) -> [String] {
    var lines: [String] = []
    var line = first
    var isEmpty = true
    for (position, word) in words.enumerated() {
      let piece = position + 1 < words.count ? word + "," : word
      let width = DisplayWidth.of(line) + DisplayWidth.of(piece) + 1
      if !isEmpty, width > columns {
        lines.append(line)
        (line, isEmpty) = (next, true)
      }
      line += isEmpty ? piece : " " + piece
      isEmpty = false
    }
    return lines + [line]
  }

  private func padded(_ text: String, _ width: Int) -> String {
    glyphs.padded(text, width)
  }

  private func trimmed(_ line: String) -> String {
    var end = line.endIndex
    while end > line.startIndex, line[line.index(before: end)] == " " {
      end = line.index(before: end)
    }
    return String(line[..<end])
  }

  private func fitted(_ line: String) -> String {
    trimmed(StrangersText.cut(line, to: columns, mark: glyphs.ellipsis))
  }
}

/// What the line of an uplink or a segment says.
private struct HeadWords {
  var name: String
  var kind: String
  var rest: [String]

  init(_ uplink: HostMap.Uplink) {
    name = uplink.interface
    kind = uplink.families.joined(separator: ", ")
    rest = uplink.addresses
  }

  init(_ segment: HostMap.Segment) {
    name = segment.network ?? "no network"
    kind = segment.mode
    rest = segment.subnets
    if !segment.leavesBy.isEmpty {
      rest.append("by " + segment.leavesBy.joined(separator: " or "))
    }
  }
}

/// How wide the first columns of such lines are.
private struct HeadWidths {
  var name = 0
  var kind = 0

  init(_ heads: [HeadWords]) {
    for head in heads {
      name = max(name, DisplayWidth.of(head.name))
      kind = max(kind, DisplayWidth.of(head.kind))
    }
  }
}
