import Foundation
import TestSupport
import Testing

/// SIGKILL at every system call; one in so many, unless `TAPSTER_FULL_SWEEP=1` (see ``Sweep``).
@Suite(
  .enabled(if: Privilege.isRoot, "namespaces need root"),
  .enabled(if: Binaries.exists(Binaries.tapster), "tapster is not built"))
struct KilledCommandTests {
  private static let start = [Testbed.tapster, "net-start", "default"]
  private static let destroy = [Testbed.tapster, "net-destroy", "default"]

  @Test func whatAKilledStartLeavesIsTakenUp() throws {
    let bed = try NetworkTestbed()
    let before = try bed.everything()
    let points = try SystemCallPoint.all(of: Self.start, undo: Self.destroy, in: bed.testbed)
    try sweep(points, of: Self.start, in: bed, stride: 15) { point, index in
      // Every second one is started again first, as the one who saw it die would.
      if index % 2 == 0 {
        try bed.unless("already active", Self.start, after: point)
      }
      try bed.unless("is not active", Self.destroy, after: point)
      return before
    }
  }

  @Test func whatAKilledDestroyLeavesIsTakenAway() throws {
    let bed = try NetworkTestbed()
    let before = try bed.everything()
    try bed.testbed.output(Self.start)
    let points = try SystemCallPoint.all(of: Self.destroy, undo: Self.start, in: bed.testbed)
    try bed.testbed.output(Self.destroy)
    try sweep(
      points, of: Self.destroy, in: bed, stride: 15,
      beforeEach: { try bed.testbed.output(Self.start) }
    ) { point, index in
      if index % 2 == 0 {
        try bed.unless("already active", Self.start, after: point)
      }
      try bed.unless("is not active", Self.destroy, after: point)
      return before
    }
  }

  @Test func aKilledDefineLeavesTheOldOrTheNewDefinition() throws {
    let bed = try NetworkTestbed()
    let dump = [Testbed.tapster, "net-dumpxml", "default"]
    let place = "/etc/tapster/networks/default.xml"
    let old = try bed.testbed.output(dump)
    let new = old.replacingOccurrences(of: "192.168.122.254", with: "192.168.122.99")
    #expect(old != new)
    let define = [Testbed.tapster, "net-define", "\(Testbed.scratch)/new.xml"]
    try bed.testbed.write("\(Testbed.scratch)/new.xml", new)
    let points = try SystemCallPoint.all(of: define, undo: define, in: bed.testbed)
    let defined = try bed.testbed.read(place)
    let after = try bed.everything()
    var seen: Set<String> = []
    try sweep(
      points, of: define, in: bed, stride: 8, beforeEach: { try bed.testbed.write(place, old) }
    ) { point, _ in
      let now = try bed.testbed.output(dump)
      #expect(now == old || now == new, "after \(point)")
      seen.insert(now)
      try bed.testbed.output(define)
      #expect(try bed.testbed.read(place) == defined, "after \(point)")
      return after
    }
    #expect(seen == [old, new], "all were killed on one side of the change")
  }

  /// Kills `command` at each of `points`; `mend` says how all is to be after it has done its part.
  private func sweep(
    _ points: [SystemCallPoint], of command: [String], in bed: NetworkTestbed, stride: Int,
    beforeEach prepare: () throws -> Void = {},
    mend: (SystemCallPoint, Int) throws -> [String]
  ) throws {
    let tried = Sweep.sample(points, stride: stride)
    var killed = 0
    for (index, point) in tried.enumerated() {
      try prepare()
      let ended = try point.inject("signal=KILL", into: command, in: bed.testbed).ended
      // strace ends as what it traced did.
      if ended.ending == .signalled(9) || ended.status == 137 { killed += 1 }
      let expected = try mend(point, index)
      try bed.expectNoChange(since: expected, "after \(point)")
    }
    #expect(tried.count > 10)
    #expect(killed * 10 > tried.count * 8, "killed \(killed) of \(tried.count)")
  }
}

extension NetworkTestbed {
  /// Runs a command that succeeds, or fails with `excuse`.
  fileprivate func unless(
    _ excuse: String, _ command: [String], after point: SystemCallPoint
  ) throws {
    let ended = try testbed.run(command)
    #expect(ended.succeeded || ended.error.contains(excuse), "after \(point): \(ended)")
  }
}
