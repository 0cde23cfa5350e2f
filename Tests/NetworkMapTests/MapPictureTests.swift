import Foundation
import NetworkMap
import TestSupport
import Testing

/// Pictures are read by programs that are not ours.
struct MapPictureTests {
  @Test(
    .enabled(if: Binaries.exists("/usr/bin/xmllint"), "libxml2-utils must be installed"),
    arguments: SampleMaps.all)
  func svgIsWellFormed(map: HostMap) throws {
    try Command(["xmllint", "--noout", "--nonet", "-"]).run(input: MapSVG.text(of: map)).checked()
  }

  @Test(
    .enabled(if: Binaries.exists("/usr/bin/rsvg-convert"), "librsvg2-bin must be installed"),
    arguments: SampleMaps.all)
  func svgIsAPicture(map: HostMap) throws {
    let picture = try Command(["rsvg-convert"]).run(
      input: MapSVG.text(of: map), timeout: .seconds(60)
    ).checked()
    #expect(picture.outputBytes.starts(with: [0x89, 0x50, 0x4E, 0x47]))
  }

  @Test(
    .enabled(if: Binaries.exists("/usr/bin/dot"), "graphviz must be installed"),
    arguments: SampleMaps.all)
  func dotDrawsEveryNode(map: HostMap) throws {
    let drawn = try Command(["dot", "-Tplain"]).run(
      input: MapDot.text(of: map), timeout: .seconds(60)
    ).checked()
    #expect(drawn.error.isEmpty, "\(drawn)")
    let nodes = drawn.output.split(separator: "\n").filter { $0.hasPrefix("node ") }
    let ports = map.segments.flatMap(\.ports)
    let expected =
      2 + map.uplinks.count + map.segments.count + ports.count + ports.flatMap(\.guests).count
      + map.segments.flatMap(\.absent).count + (map.inactive.isEmpty ? 0 : 1)
    #expect(nodes.count == expected)
  }

  /// A box covers no other, and all of them are inside the picture.
  @Test(arguments: SampleMaps.all)
  func boxesDoNotOverlap(map: HostMap) throws {
    let boxes = MapSVG.text(of: map).split(separator: "\n").compactMap { Box($0) }
    let ground = try #require(boxes.first)
    for (position, box) in boxes.dropFirst().enumerated() {
      #expect(box.left >= 0 && box.top >= 0)
      #expect(box.right <= ground.right && box.bottom <= ground.bottom)
      for other in boxes.dropFirst(position + 2) {
        #expect(!box.overlaps(other), "\(box) and \(other)")
      }
    }
    #expect(map != SampleMaps.twenty || boxes.count > 60)
  }

  private struct Box {
    var left: Int
    var top: Int
    var right: Int
    var bottom: Int

    init?(_ line: Substring) {
      guard let start = line.range(of: "<rect ") else { return nil }
      func number(_ name: String) -> Int? {
        guard let key = line[start.upperBound...].range(of: " \(name)=\"") else { return nil }
        return Int(line[key.upperBound...].prefix { $0 != "\"" })
      }
      guard let left = number("x"), let top = number("y"), let width = number("width"),
        let height = number("height")
      else { return nil }
      (self.left, self.top, right, bottom) = (left, top, left + width, top + height)
    }

    func overlaps(_ other: Box) -> Bool {
      left < other.right && other.left < right && top < other.bottom && other.top < bottom
    }
  }
}
