import Foundation
import TestSupport
import Testing

/// Thousands of clients of several users, who go when they please: the broker is as it was, and
/// there is no tap.
///
/// `SOAK=100000` in the environment makes it as many requests; three thousand otherwise.
@Suite(.requiresHelper, .timeLimit(.minutes(60)))
struct BrokerSoakTests {
  /// The broker between two crowds: what would grow if anything did.
  private struct Size: Equatable, CustomStringConvertible {
    var children: Int
    var descriptors: Int
    var taps: Int
    /// Pages of memory that are its own.
    var resident: Int
    var description: String {
      "\(children) children, \(descriptors) descriptors, \(taps) taps, \(resident) KiB"
    }
  }

  private let scene: BrokerScene

  init() throws { scene = try BrokerScene(acl: "allow br0 taps=6\n") }

  private func size() throws -> Size {
    try scene.awaitIdle()
    try scene.scene.expectNoTaps()
    let memory = try String(
      contentsOfFile: "/proc/\(scene.broker.process)/smaps_rollup", encoding: .utf8)
    let own = memory.split(separator: "\n").filter { $0.hasPrefix("Private_") }
      .compactMap { $0.split(separator: " ").dropFirst().first.flatMap { Int($0) } }
    return Size(
      children: try scene.children().count, descriptors: try scene.descriptorCount(),
      taps: try scene.scene.taps().count, resident: own.reduce(0, +))
  }

  /// `count` requests, at most twelve of them at a time, in an order that `seed` gives.
  private func crowd(_ count: Int, seed: UInt64) throws -> [UInt8: Int] {
    var dice = Dice(state: seed)
    var answers: [UInt8: Int] = [:]
    var open: [(connection: MessageConnection, hasAsked: Bool)] = []
    for _ in 0..<count {
      let user = UInt32(5000 + dice.roll(6))
      let connection = try scene.connect(as: Credentials(name: "\(user)", user: user, group: user))
      // One in eight says nothing, one half of something, one nonsense.
      let act = dice.roll(8)
      switch act {
      case 0: break
      case 1: try connection.send(Array("--br=br".utf8))
      case 2: try connection.ask(["--br=br1"])
      default: try connection.ask(["--br=br0"])
      }
      open.append((connection, act != 0))
      guard open.count == 12 || dice.roll(3) == 0 else { continue }
      let leaving = open.remove(at: dice.roll(open.count))
      // Half of those who have asked stay for the answer.
      if leaving.hasAsked, dice.roll(2) == 0, let answer = try leaving.connection.receive(),
        let status = answer.bytes.first
      {
        answers[status, default: 0] += 1
      }
      leaving.connection.close()
    }
    return answers
  }

  @Test func nothingGrows() throws {
    let wanted = ProcessInfo.processInfo.environment["SOAK"].flatMap { Int($0) } ?? 3000
    // Once, so that what is set up on first use is there.
    _ = try crowd(500, seed: 1)
    let before = try size()
    var answers: [UInt8: Int] = [:]
    var left = wanted
    var seed: UInt64 = 2
    while left > 0 {
      for (status, count) in try crowd(min(left, 5000), seed: seed) {
        answers[status, default: 0] += count
      }
      left -= 5000
      seed += 1
    }
    let after = try size()
    print("\(wanted) requests, \(answers) answers; before: \(before); after: \(after)")
    #expect(after.children == before.children)
    #expect(after.descriptors == before.descriptors)
    #expect(after.taps == 0)
    #expect(after.resident <= before.resident + 64, "\(before), \(after)")
    for status: UInt8 in [0, 64, 77] { #expect(answers[status] ?? 0 > wanted / 100, "\(answers)") }
    #expect(try scene.broker.waitIfEnded() == nil)
  }

  /// The counters count: a connection that stays shows in them.
  @Test func theCountersCount() throws {
    let before = try size()
    // The first is with the child that was ready, the second with the broker.
    let first = try scene.connect()
    let connection = try scene.connect()
    let deadline = Deadline(after: .patience)
    while try scene.descriptorCount() == before.descriptors, deadline.milliseconds > 0 {}
    #expect(try scene.descriptorCount() == before.descriptors + 1)
    #expect(try scene.children().count == 1)
    try connection.ask(["--br=br0"])
    let answer = try #require(try connection.receive())
    #expect(try scene.scene.taps().count == 1)
    withExtendedLifetime((answer, first)) {}
  }

  /// Numbers that look like chance and are the same each time (Marsaglia's xorshift).
  private struct Dice {
    var state: UInt64

    mutating func roll(_ sides: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state % UInt64(sides))
    }
  }
}
