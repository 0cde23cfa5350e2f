internal import LinuxHost

/// What stands in the columns behind a port of a bridge, or behind a guest that is on none.
struct MapRow {
  /// The interface, whose it is, and what the guest is called: what becomes shorter where it does
  /// not fit.
  var cells: [String]
  /// The addresses; each on a line of its own.
  var addresses: [String]
  var mac: String

  /// What hangs on the bridge: a port with its guests, or a guest that is absent.
  static func twigs(_ segment: HostMap.Segment) -> [[MapRow]] {
    var twigs: [[MapRow]] = []
    for port in segment.ports {
      if port.guests.isEmpty {
        twigs.append([MapRow([port.interface, port.words, ""])])
        continue
      }
      twigs.append(
        port.guests.enumerated().map { position, guest in
          position == 0 ? MapRow(guest, port.interface, port.words) : MapRow(guest, "", "")
        })
    }
    return twigs + segment.absent.map { [MapRow($0, "not seen", "")] }
  }

  fileprivate init(_ cells: [String], _ addresses: [String] = [], mac: String = "") {
    self.cells = cells
    self.addresses = addresses
    self.mac = mac
  }

  private init(_ guest: HostMap.Guest, _ interface: String, _ owner: String) {
    self.init([interface, owner, guest.name ?? ""], guest.addresses, mac: guest.mac ?? "")
  }
}

/// How wide the columns of all rows of a map are, so that they stand one below the other.
struct RowLayout {
  private static let gap = 2
  private var widths: [Int] = [0, 0, 0]
  private var addressWidth = 0
  private var macWidth = 0
  /// Whether the Ethernet addresses stand below the others, since they do not fit beside them.
  private var isStacked = false
  private let room: Int
  private let glyphs: Glyphs

  /// Fits `rows` into `room` columns, if that can be.
  init(_ rows: [MapRow], room: Int, glyphs: Glyphs) {
    self.room = room
    self.glyphs = glyphs
    for row in rows {
      for column in widths.indices {
        widths[column] = max(widths[column], DisplayWidth.of(row.cells[column]))
      }
      // Those on lines of their own have all the room to the right.
      addressWidth = max(addressWidth, DisplayWidth.of(row.addresses.first ?? ""))
      macWidth = max(macWidth, DisplayWidth.of(row.mac))
    }
    let natural = widths
    shrink(toLeast: [15, 10, 12])
    if total > room, addressWidth > 0, macWidth > 0 {
      isStacked = true
      addressWidth = max(addressWidth, macWidth)
      macWidth = 0
      widths = natural
    }
    shrink(toLeast: [15, 10, 12])
    shrink(toLeast: [8, 8, 8])
  }

  private var total: Int { Self.sum(widths + [addressWidth, macWidth]) }

  /// How wide columns are side by side; one without anything in it is left out.
  private static func sum(_ widths: [Int]) -> Int {
    let present = widths.filter { $0 > 0 }
    return present.reduce(0, +) + gap * max(0, present.count - 1)
  }

  /// Takes from the widest of the columns, until all fits or none is wider than `least` says.
  private mutating func shrink(toLeast least: [Int]) {
    while total > room {
      let wide = widths.indices.filter { widths[$0] > least[$0] }
      guard let column = wide.max(by: { widths[$0] < widths[$1] }) else { return }
      widths[column] -= 1
    }
  }

  /// The row, on as many lines as it has addresses.
  func lines(_ row: MapRow) -> [String] {
    var below = Array(row.addresses.dropFirst())
    if isStacked, !row.mac.isEmpty {
      if row.addresses.isEmpty { return lines(MapRow(row.cells, [row.mac])) }
      below.append(row.mac)
    }
    let gap = String(repeating: " ", count: Self.gap)
    var pieces = zip(row.cells, widths).filter { $1 > 0 }.map { glyphs.padded($0, $1) }
    if addressWidth > 0 { pieces.append(glyphs.padded(row.addresses.first ?? "", addressWidth)) }
    if macWidth > 0 { pieces.append(row.mac) }
    let start = widths.contains { $0 > 0 } ? Self.sum(widths) + Self.gap : 0
    return [pieces.joined(separator: gap)]
      + below.map { address in
        // One that would not fit there begins further left.
        let space = max(0, min(start, room - DisplayWidth.of(address)))
        return String(repeating: " ", count: space) + address
      }
  }
}
