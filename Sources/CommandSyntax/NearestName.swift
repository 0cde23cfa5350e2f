/// Which name somebody meant who mistyped it.
public enum NearestName {
  /// The one of `names` that takes the fewest letters put in, left out or changed, or neighbours
  /// swapped, to come from `word`: at most two, and fewer than half of them. The first, of several;
  /// nil if there is none.
  public static func find(_ word: String, among names: [String]) -> String? {
    let letters = Array(word.utf8)
    // Far longer than any name, and a word may be anything.
    guard letters.count <= 64 else { return nil }
    var best: (name: String, distance: Int)?
    for name in names {
      let found = distance(letters, Array(name.utf8))
      guard found <= 2, found * 2 < letters.count, found < best?.distance ?? .max else { continue }
      best = (name, found)
    }
    return best?.name
  }

  /// The distance of Damerau and Levenshtein, no letter being touched twice.
  private static func distance(_ one: [UInt8], _ other: [UInt8]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...other.count)
    for row in one.indices {
      var current = [row + 1]
      for column in other.indices {
        let change = last[column] + (one[row] == other[column] ? 0 : 1)
        var least = min(change, last[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, one[row] == other[column - 1], one[row - 1] == other[column] {
          least = min(least, beforeLast[column - 1] + 1)
        }
        current.append(least)
      }
      (beforeLast, last) = (last, current)
    }
    return last[other.count]
  }
}
