internal import LinuxHost

/// The map as a picture that stands alone (SVG 1.1), from left to right: the outside, uplinks, the
/// host's way to its networks, bridges, ports, guests. It has a ground of its own, so that it is
/// read on any, and a dark one where dark is preferred.
public struct MapSVG {
  private var body = ""
  private var top = Measure.margin
  private var width = 0

  /// The whole text of the picture.
  public static func text(of map: HostMap) -> String {
    var picture = MapSVG(map)
    picture.draw(map)
    return picture.document
  }

  /// Sizes in units of the picture, which a browser takes for pixels.
  private enum Measure {
    static let margin = 24
    static let line = 17
    static let padding = 9
    static let gap = 14
    /// Between what is side by side.
    static let space = 44

    /// Of a box whose lines have so many columns, each a little more than the font's.
    static func width(_ columns: Int) -> Int { columns * 15 / 2 + 2 * padding }
    static func height(_ lines: Int) -> Int { lines * line + 2 * padding - 4 }
  }

  /// Boxes that stand one below the other.
  private struct Column {
    /// Where they begin and end.
    var left = 0
    var right: Int { left + Measure.width(columns) }
    /// How many columns of text they have room for.
    var columns = 0

    /// Wide enough for most texts of `lines`.
    init(_ lines: [[Line]], least: Int, most: Int) {
      let widest = lines.joined().map { DisplayWidth.of($0.text) }.max() ?? 0
      columns = min(most, max(least, widest))
    }
  }

  private var uplinks: Column
  private var networks: Column
  private var ports: Column
  private var guests: Column
  private var trunk: Int { uplinks.right + Measure.space / 2 }

  private init(_ map: HostMap) {
    let plugs = map.segments.flatMap(\.ports)
    let people = plugs.flatMap(\.guests) + map.segments.flatMap(\.absent)
    uplinks = Column(map.uplinks.map(Self.lines), least: 16, most: 46)
    networks = Column(map.segments.map(Self.lines), least: 20, most: 46)
    ports = Column(plugs.map(Self.lines), least: 12, most: 24)
    guests = Column(people.map(Self.lines), least: 18, most: 40)
    uplinks.left = Measure.margin
    networks.left = uplinks.right + Measure.space
    ports.left = networks.right + Measure.space
    guests.left = ports.right + Measure.space
  }

  private struct Line {
    var text: String
    var style: String
    init(_ text: String, _ style: String = "plain") { (self.text, self.style) = (text, style) }
  }

  // MARK: Parts

  private mutating func draw(_ map: HostMap) {
    let begin = top
    var ends: [Int] = []
    if map.uplinks.isEmpty {
      let lines = [Line("no way out", "name"), Line("no default route", "faint")]
      ends.append(box(lines, "missing", uplinks, top).middle)
      top += Measure.height(2) + Measure.gap
    }
    for uplink in map.uplinks {
      let drawn = box(Self.lines(uplink), "uplink", uplinks, top)
      ends.append(drawn.middle)
      wire(uplinks.right, drawn.middle, trunk)
      top = drawn.bottom + Measure.gap
    }
    let below = top
    top = begin
    for segment in map.segments.filter(\.isRouted) {
      let middle = draw(segment)
      wire(trunk, middle, networks.left)
      ends.append(middle)
    }
    for segment in map.segments.filter({ !$0.isRouted }) { _ = draw(segment) }
    top = max(top, below)
    // The trunk, as far as anything hangs on it.
    if let first = ends.min(), let last = ends.max(), first < last {
      wire(trunk, first, trunk, last)
    }
    drawIdle(map)
  }

  private mutating func drawIdle(_ map: HostMap) {
    if map.inactive.isEmpty, !map.segments.isEmpty { return }
    top += Measure.gap
    let title = map.inactive.isEmpty ? "there are no networks" : "not active: "
    for line in Self.lines(of: map.inactive, title: title, columns: 96) {
      text(Line(line, "faint"), Measure.margin, top + 12, 96)
      top += Measure.line
    }
    width = max(width, Measure.margin + Measure.width(96))
  }

  /// Draws a segment at the top that is free; where its box has its middle.
  private mutating func draw(_ segment: HostMap.Segment) -> Int {
    let style = segment.state == .up ? "network" : "missing"
    let start = top
    let own = box(Self.lines(segment), style, networks, start)
    var bottom = start
    var middles: [Int] = []
    for port in segment.ports {
      let (middle, end) = draw(port, at: bottom)
      middles.append(middle)
      bottom = end + Measure.gap
    }
    for guest in segment.absent {
      let lines = Self.lines(guest) + [Line("not seen of late", "faint")]
      bottom = box(lines, "absent", guests, bottom).bottom + Measure.gap
    }
    let middle = min(own.middle, start + Measure.height(2) / 2)
    if let first = middles.first, let last = middles.last {
      let spine = ports.left - Measure.space / 2
      wire(networks.right, middle, spine)
      wire(spine, min(first, middle), spine, max(last, middle))
      for middle in middles { wire(spine, middle, ports.left) }
    }
    top = max(own.bottom + Measure.gap, bottom) + Measure.gap
    return middle
  }

  /// Draws a port and its guests; where its box has its middle, and where all of it ends.
  private mutating func draw(_ port: HostMap.Port, at top: Int) -> (middle: Int, end: Int) {
    let own = box(Self.lines(port), "port", ports, top)
    var end = own.bottom
    var next = top
    for (position, guest) in port.guests.enumerated() {
      let drawn = box(Self.lines(guest), "guest", guests, next)
      let middle = position == 0 ? own.middle : drawn.middle
      if position == 0 {
        wire(ports.right, middle, guests.left)
      } else {
        let spine = guests.left - Measure.space / 2
        wire(spine, own.middle, spine, middle)
        wire(spine, middle, guests.left)
      }
      end = max(end, drawn.bottom)
      next = drawn.bottom + Measure.gap
    }
    return (own.middle, end)
  }

  // MARK: Texts

  private static func lines(_ uplink: HostMap.Uplink) -> [Line] {
    [Line(uplink.interface, "name"), Line(uplink.families.joined(separator: ", "), "faint")]
      + uplink.addresses.map { Line($0) }
  }

  private static func lines(_ segment: HostMap.Segment) -> [Line] {
    var mode = segment.mode
    if !segment.leavesBy.isEmpty { mode += " by " + segment.leavesBy.joined(separator: " or ") }
    var lines = [Line(segment.network ?? "no network", "name"), Line(mode, "faint")]
    lines += segment.subnets.map { Line($0) }
    if let bridge = segment.bridge {
      let state = segment.state == .up ? "" : " (\(segment.state.rawValue))"
      lines.append(Line("bridge \(bridge)\(state)", state.isEmpty ? "plain" : "wrong"))
    }
    lines += segment.addresses.map { Line("host \($0)", "faint") }
    return lines + segment.forwards.map { Line("\($0.listening) → \($0.target)") }
  }

  private static func lines(_ port: HostMap.Port) -> [Line] {
    let name = Line(port.interface, "name")
    return port.words.isEmpty ? [name] : [name, Line(port.words, port.isUp ? "faint" : "wrong")]
  }

  private static func lines(_ guest: HostMap.Guest) -> [Line] {
    var lines = guest.words.map { Line($0) }
    if guest.name != nil { lines[0].style = "name" }
    // As high as the port's box, so that the wire between them meets both.
    if lines.count < 2 { lines.append(Line("no lease", "faint")) }
    return lines
  }

  private static func lines(of words: [String], title: String, columns: Int) -> [String] {
    var lines: [String] = []
    var line = title
    for (position, word) in words.enumerated() {
      let piece = word + (position + 1 < words.count ? ", " : "")
      if DisplayWidth.of(line) + DisplayWidth.of(piece) > columns, line != title {
        lines.append(line)
        line = ""
      }
      line += piece
    }
    return lines + [line]
  }

  // MARK: Shapes

  /// Draws a box with lines of text; where it has its middle and its lower edge.
  private mutating func box(
    _ lines: [Line], _ style: String, _ column: Column, _ top: Int
  ) -> (middle: Int, bottom: Int) {
    let size = (width: column.right - column.left, height: Measure.height(lines.count))
    body += "<g><rect class=\"\(style)\" x=\"\(column.left)\" y=\"\(top)\" "
    body += "width=\"\(size.width)\" height=\"\(size.height)\" rx=\"6\"/>\n"
    let all = lines.map { StrangersText.xml($0.text) }.joined(separator: "\n")
    body += "<title>\(all)</title>\n"
    for (number, line) in lines.enumerated() {
      let base = top + Measure.padding + 10 + number * Measure.line
      text(line, column.left + Measure.padding, base, column.columns)
    }
    body += "</g>\n"
    width = max(width, column.right)
    return (top + size.height / 2, top + size.height)
  }

  private mutating func text(_ line: Line, _ left: Int, _ base: Int, _ columns: Int) {
    let words = StrangersText.xml(StrangersText.cut(line.text, to: columns, mark: "…"))
    body += "<text class=\"\(line.style)\" x=\"\(left)\" y=\"\(base)\">\(words)</text>\n"
  }

  private mutating func wire(_ left: Int, _ top: Int, _ right: Int, _ bottom: Int? = nil) {
    body += "<path class=\"wire\" d=\"M\(left) \(top)L\(right) \(bottom ?? top)\"/>\n"
  }

  private var document: String {
    let size = (width: width + Measure.margin, height: top + Measure.margin)
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <svg xmlns="http://www.w3.org/2000/svg" width="\(size.width)" height="\(size.height)" \
      viewBox="0 0 \(size.width) \(size.height)">
      <title>What is plugged into what, by tapster map</title>
      <style>
      text { font: 12px "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #1c2733; }
      text.name { font-weight: bold; }
      text.faint { fill: #5a6876; }
      text.wrong { fill: #b3261e; }
      rect { fill: #ffffff; stroke: #9aa8b5; }
      rect.ground { fill: #f7f9fb; stroke: none; }
      rect.uplink { fill: #e7f4ea; stroke: #5d9b6b; }
      rect.network { fill: #e8eff9; stroke: #5c83b8; }
      rect.missing { fill: #fdecea; stroke: #b3261e; }
      rect.absent { fill: none; stroke-dasharray: 4 3; }
      path.wire { fill: none; stroke: #7d8b99; stroke-width: 1.5; }
      @media (prefers-color-scheme: dark) {
      text { fill: #e3e9ef; }
      text.faint { fill: #a3b0bc; }
      text.wrong { fill: #ff8a80; }
      rect { fill: #222b34; stroke: #64727f; }
      rect.ground { fill: #161c22; stroke: none; }
      rect.uplink { fill: #1d3325; stroke: #5d9b6b; }
      rect.network { fill: #1d2c40; stroke: #5c83b8; }
      rect.missing { fill: #3b1f1d; stroke: #ff8a80; }
      }
      </style>
      <rect class="ground" x="0" y="0" width="\(size.width)" height="\(size.height)"/>
      \(body)</svg>

      """
  }
}
