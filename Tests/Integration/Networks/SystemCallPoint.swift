import TestSupport

/// The n-th time that a program enters the system call of that name, which is how strace counts, so
/// that its `inject` finds the place again (`man 1 strace`).
struct SystemCallPoint: Sendable, CustomStringConvertible {
  let name: String
  let occurrence: Int

  var description: String { "\(name) \(occurrence)" }

  /// All that every run of `arguments` comes by, in order; without those of the programs it starts.
  ///
  /// The shortest of three runs, each after `prepare` and before `finish`: now and then there is
  /// more to do, such as looking for a dnsmasq that has not yet written its number.
  static func all(
    of arguments: [String], in bed: NetworkTestbed, prepare: SweptCommand.Step,
    finish: SweptCommand.Step
  ) throws -> [SystemCallPoint] {
    let trace = "\(Testbed.scratch)/trace"
    var shortest: [SystemCallPoint]?
    for _ in 1...3 {
      try prepare(bed)
      try bed.testbed.output(["strace", "-o", trace] + arguments)
      try finish(bed)
      let points = all(inTrace: try bed.testbed.read(trace))
      if points.count < shortest?.count ?? .max { shortest = points }
    }
    return shortest ?? []
  }

  /// The points in what strace wrote.
  static func all(inTrace trace: String) -> [SystemCallPoint] {
    var counts: [Substring: Int] = [:]
    return trace.split(separator: "\n").compactMap {
      guard let end = $0.firstIndex(of: "("), $0.first?.isLetter == true else { return nil }
      counts[$0[..<end], default: 0] += 1
      return SystemCallPoint(name: String($0[..<end]), occurrence: counts[$0[..<end]] ?? 0)
    }
  }

  /// All that `swept` comes by, after a testbed of its own was made for it.
  static func all(of swept: SweptCommand) throws -> [SystemCallPoint] {
    let bed = try NetworkTestbed()
    try swept.setUp(bed)
    return try all(
      of: [Testbed.tapster] + swept.arguments, in: bed, prepare: swept.prepare,
      finish: swept.finish)
  }

  /// Runs `arguments` with what strace calls `action` at this point. The trace says `INJECTED`
  /// where an error took its place.
  func inject(
    _ action: String, into arguments: [String], in testbed: Testbed
  ) throws -> (ended: Completed, trace: String) {
    let trace = "\(Testbed.scratch)/trace"
    let ended = try testbed.run(
      ["strace", "-o", trace, "-e", "inject=\(name):\(action):when=\(occurrence)"] + arguments,
      timeout: .seconds(180))
    return (ended, try testbed.read(trace))
  }
}
