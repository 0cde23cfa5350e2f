/// What `nft list table` says, without the order in which chains, maps and their elements happen to
/// stand.
struct RuleListing: Equatable {
  private let blocks: [[String]]

  /// Reads it, as nft lays it out: the table's blocks one tabulator in, each ended by a brace.
  init(_ bytes: [UInt8]) {
    var blocks: [[String]] = []
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      let words = line.drop { $0 == "\t" }
      switch line.utf8.prefix(while: { $0 == UInt8(ascii: "\t") }).count {
      case 0: continue
      case 1 where words != "}": blocks.append([String(words)])
      default: if !blocks.isEmpty { blocks[blocks.count - 1].append(String(words)) }
      }
    }
    self.blocks = blocks.map(Self.ordered)
      .sorted { $0.joined(separator: "\n") < $1.joined(separator: "\n") }
  }

  /// A map or set with its elements in order; anything else as it is, since the order of rules
  /// counts.
  private static func ordered(_ block: [String]) -> [String] {
    guard let first = block.first, !first.hasPrefix("chain ") else { return block }
    let text = block.dropFirst().joined(separator: " ")
    return [first]
      + text.split { "{},".contains($0) }.map { $0.split(separator: " ").joined(separator: " ") }
      .sorted()
  }
}
