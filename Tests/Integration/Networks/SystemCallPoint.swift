import Foundation
import TestSupport

/// The n-th time that a program enters the system call of that name, which is how strace counts, so
/// that its `inject` finds the place again (`man 1 strace`).
struct SystemCallPoint: CustomStringConvertible {
  let name: String
  let occurrence: Int

  var description: String { "\(name) \(occurrence)" }

  /// All that every run of `arguments` comes by, in order; without those of the programs it starts.
  ///
  /// The shortest of three runs, each followed by one of `undo`: now and then there is more to do,
  /// such as looking for a dnsmasq that has not yet written its number.
  static func all(
    of arguments: [String], undo: [String], in testbed: Testbed
  ) throws -> [SystemCallPoint] {
    let trace = "\(Testbed.scratch)/trace"
    var shortest: [SystemCallPoint]?
    for _ in 1...3 {
      try testbed.output(["strace", "-o", trace] + arguments)
      try testbed.output(undo)
      var counts: [Substring: Int] = [:]
      let points: [SystemCallPoint] = try testbed.read(trace).split(separator: "\n").compactMap {
        guard let end = $0.firstIndex(of: "("), $0.first?.isLetter == true else { return nil }
        counts[$0[..<end], default: 0] += 1
        return SystemCallPoint(name: String($0[..<end]), occurrence: counts[$0[..<end]] ?? 0)
      }
      if points.count < shortest?.count ?? .max { shortest = points }
    }
    return shortest ?? []
  }

  /// Runs `arguments` with what strace calls `action` at this point. The trace says `INJECTED`
  /// where an error took its place.
  func inject(
    _ action: String, into arguments: [String], in testbed: Testbed
  ) throws -> (ended: Completed, trace: String) {
    let trace = "\(Testbed.scratch)/trace"
    let ended = try testbed.run(
      ["strace", "-o", trace, "-e", "inject=\(name):\(action):when=\(occurrence)"] + arguments)
    return (ended, try testbed.read(trace))
  }
}

/// How many of a program's points are tried: one in `stride`, or all with `TAPSTER_FULL_SWEEP=1` in
/// the environment, which takes minutes.
enum Sweep {
  private static let isFull =
    ProcessInfo.processInfo.environment["TAPSTER_FULL_SWEEP"] == "1"

  static func sample(_ points: [SystemCallPoint], stride: Int) -> [SystemCallPoint] {
    isFull
      ? points : points.enumerated().filter { $0.offset % stride == stride / 2 }.map(\.element)
  }
}
