internal import FuzzDriver
internal import LinuxHost
internal import NetworkMap

/// Any texts as the names, addresses and owners of a map: every line of the text fits, and nothing
/// that is drawn holds what a terminal or XML obeys.
@main
enum FuzzMap {
  static func main() {
    unsafe fuzz { start, count in
      let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
      guard let first = bytes.first else { return 0 }
      var words = Words(bytes.dropFirst())
      let map = words.map()
      let columns = 40 + Int(first & 0x7F)
      for isASCII in [false, true] {
        let text = MapText(columns: columns, isASCII: isASCII).text(of: map)
        for line in text.split(separator: "\n") {
          precondition(DisplayWidth.of(String(line)) <= columns, "a line is too long")
        }
        FuzzMap.check(text)
      }
      FuzzMap.check(MapSVG.text(of: map))
      FuzzMap.check(MapDot.text(of: map))
      return 0
    }
  }

  private static func check(_ text: String) {
    for scalar in text.unicodeScalars where scalar != "\n" {
      precondition(scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value), "a control")
    }
  }
}

/// The texts between NUL bytes; each also says, by its length, how many of a thing there are.
private struct Words {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  private mutating func next() -> String {
    let word = rest.prefix { $0 != 0 }
    rest = rest.dropFirst(word.count + 1)
    return String(decoding: word, as: UTF8.self)
  }

  private mutating func several() -> [String] {
    let count = next().utf8.count % 4
    return (0..<count).map { _ in next() }
  }

  private mutating func guests() -> [HostMap.Guest] {
    several().map { HostMap.Guest(name: $0, addresses: several(), mac: next()) }
  }

  mutating func map() -> HostMap {
    var map = HostMap()
    map.uplinks = several().map {
      HostMap.Uplink(interface: $0, families: several(), addresses: several())
    }
    map.inactive = several()
    while !rest.isEmpty {
      let name = next()
      var segment = HostMap.Segment(network: name, mode: next(), bridge: next())
      segment.isRouted = name.utf8.count % 2 == 0
      segment.subnets = several()
      segment.leavesBy = several()
      segment.addresses = several()
      segment.ports = several().map {
        HostMap.Port(interface: $0, owner: next(), isUp: $0.isEmpty, guests: guests())
      }
      segment.absent = guests()
      segment.forwards = several().map { HostMap.Forward(listening: $0, target: next()) }
      map.segments.append(segment)
    }
    return map
  }
}
