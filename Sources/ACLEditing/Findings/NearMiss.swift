internal import AccessControl
internal import LinuxTypes

/// What a word that the grammar does not have may have been meant to be.
enum NearMiss {
  /// The words that a line can begin with.
  static let verbs = ["allow", "deny", "include"]
  /// The keys of a rule.
  static let keys = ["user", "group", "taps", "queues", "mac", "vhost", "persist", "isolated"]

  /// "did you mean …", for an unknown word in `line`; nil if it is like none.
  static func advice(for error: ACLSyntaxError, in line: [UInt8]) -> String? {
    let known: [String]
    switch error.problem {
    case .unknownVerb: known = verbs
    case .unknownKey: known = keys
    default: return nil
    }
    let word = line.dropFirst(error.column - 1).prefix { $0 > 0x20 && $0 != UInt8(ascii: "=") }
    return nearest(to: Array(word), of: known).map { "did you mean '\($0)'?" }
  }

  /// The one of `known` that takes the fewest changes of a byte, at most one in three of its own.
  static func nearest(to word: [UInt8], of known: [String]) -> String? {
    // Longer than any of them by so much that no few changes would do.
    guard word.count <= 16 else { return nil }
    let lowercased = word.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }
    let rated = known.map { ($0, changes(from: lowercased, to: Array($0.utf8))) }
    return rated.filter { $0.1 <= max(1, $0.0.utf8.count / 3) }.min { $0.1 < $1.1 }?.0
  }

  /// How many bytes have to be put in, taken out, replaced, or swapped with their neighbour: the
  /// distance of Damerau and Levenshtein, of which no byte is changed twice.
  private static func changes(from: [UInt8], to: [UInt8]) -> Int {
    var rows = [Array(0...to.count)]
    for i in from.indices {
      var row = [i + 1]
      for j in to.indices {
        var least = min(
          rows[i][j] + (from[i] == to[j] ? 0 : 1), rows[i][j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, from[i] == to[j - 1], from[i - 1] == to[j] {
          least = min(least, rows[i - 1][j - 1] + 1)
        }
        row.append(least)
      }
      rows.append(row)
    }
    return rows[from.count][to.count]
  }
}
