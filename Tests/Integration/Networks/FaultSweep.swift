import Foundation
import Synchronization
import TestSupport
import Testing

/// What goes wrong. One sweep at a time: each keeps several testbeds at work.
@Suite(
  .serialized, .enabled(if: Privilege.isRoot, "namespaces need root"),
  .enabled(if: Binaries.exists(Binaries.tapster), "tapster is not built"))
enum FaultTests {}

/// A command of tapster's, and what has to be true when it is cut short.
struct SweptCommand: Sendable {
  typealias Step = @Sendable (NetworkTestbed) throws -> Void

  /// What the sweep is called where the points are counted.
  let name: String
  /// Its arguments, without the program.
  let arguments: [String]
  /// Whether it leaves all as it was when it fails.
  var undoesItself = false
  /// Of its calls, one in so many is made to fail (see ``Sweep``).
  var errorStride = 4
  /// Of its calls, it is killed at one in so many; nil for as many as its length asks for.
  var killStride: Int?
  /// What the same command may answer when it is run again after a fault, beside success.
  var excuses: [String] = []
  /// What a testbed gets once.
  var setUp: Step = { _ in }
  /// Brings about what the command is run on, out of what `setUp` or `finish` left.
  var prepare: Step = { _ in }
  /// Throws unless definitions can be read and all that the command changes is old or new.
  var examine: Step = { _ in }
  /// Throws unless what it has left is whole, if it came to its end by itself, whatever failed.
  var whole: Step = { _ in }
  /// Throws unless all is as the command has it, when it was run again.
  var settled: Step = { _ in }
  /// What is done to put things right, every second time, instead of the same command.
  var mend: Step?
  /// Takes away what `prepare` and the command made, of which any part may be there.
  var finish: Step
}

/// Something that goes wrong while a command runs.
enum Fault: Sendable, CustomStringConvertible {
  /// SIGKILL as it enters a system call.
  case killed(SystemCallPoint)
  /// The same, and every other program of the testbed right after, as when a container is stopped.
  case allKilled(SystemCallPoint)
  /// A system call that fails with this error.
  case failed(SystemCallPoint, String)
  /// The `run`-th run of a program goes wrong: the shell script `instead` takes its place.
  case program(String, run: Int, instead: String)

  var description: String {
    switch self {
    case .killed(let point): "SIGKILL at \(point)"
    case .allKilled(let point): "SIGKILL at \(point), and all others"
    case .failed(let point, let error): "\(error) from \(point)"
    case .program(let name, let run, let instead): "\(name) \(run): \(instead)"
    }
  }

  /// Runs `arguments` with it. Whether it came to pass, too.
  func meet(_ arguments: [String], in bed: NetworkTestbed) throws -> (ended: Completed, hit: Bool) {
    switch self {
    case .killed(let point):
      let ended = try point.inject("signal=KILL", into: arguments, in: bed.testbed).ended
      return (ended, ended.wasKilled)
    case .allKilled(let point):
      let ended = try point.inject("signal=KILL", into: arguments, in: bed.testbed).ended
      try bed.killAll()
      return (ended, ended.wasKilled)
    case .failed(let point, let error):
      let (ended, trace) = try point.inject("error=\(error)", into: arguments, in: bed.testbed)
      return (ended, trace.contains("(INJECTED)"))
    case .program(let name, let run, let instead):
      let count = "\(Testbed.scratch)/runs"
      try bed.testbed.write(count, "")
      try bed.testbed.write(
        "\(Testbed.scratch)/faulty/\(name)",
        """
        #!/bin/bash
        echo >>\(count)
        if [ "$(wc -l <\(count))" = \(run) ]; then
        \(instead)
        fi
        exec -a \(name) /usr/sbin/\(name) "$@"

        """, mode: 0o755)
      let ended = try bed.testbed.run(
        arguments,
        environment: ["PATH": "\(Testbed.scratch)/faulty:/usr/sbin:/usr/bin:/sbin:/bin"])
      return (ended, try bed.testbed.read(count).count >= run)
    }
  }
}

/// How a sweep went.
struct SweepReport: Sendable {
  /// Faults that were tried, those that came to pass, and those after which all was as if the
  /// command had not been run.
  var (tried, hit, traceless) = (0, 0, 0)
  /// Those that took long, which tells of something that waited for its time to be over.
  var slow: [String] = []
  /// What was not as it has to be.
  var problems: [String] = []
}

/// Tries faults, one after the other, each on a testbed that is as new. Several testbeds work side
/// by side: most of the time the kernel waits for packets that are under way.
final class FaultSweep: Sendable {
  private struct State {
    var pending: [(index: Int, fault: Fault)]
    var report = SweepReport()
  }
  private let swept: SweptCommand
  private let command: [String]
  private let state: Mutex<State>

  /// Tries all `faults`; ends early when too much is wrong.
  static func run(_ swept: SweptCommand, _ faults: [Fault], testbeds: Int = 3) -> SweepReport {
    let sweep = FaultSweep(swept, faults)
    let group = DispatchGroup()
    for _ in 0..<min(testbeds, faults.count) {
      group.enter()
      Thread {
        sweep.work()
        group.leave()
      }.start()
    }
    group.wait()
    return sweep.state.withLock(\.report)
  }

  private init(_ swept: SweptCommand, _ faults: [Fault]) {
    self.swept = swept
    command = [Testbed.tapster] + swept.arguments
    // From the last to the first, for `popLast`.
    state = Mutex(State(pending: faults.enumerated().reversed().map { ($0.offset, $0.element) }))
  }

  private func next() -> (index: Int, fault: Fault)? {
    state.withLock { $0.report.problems.count > 20 ? nil : $0.pending.popLast() }
  }

  /// One testbed's part. After a problem it goes on with a new one.
  private func work() {
    while let first = next() {
      var now: (index: Int, fault: Fault)? = first
      do {
        let bed = try NetworkTestbed()
        try swept.setUp(bed)
        let idle = try bed.everything()
        var ready: Snapshot?
        while let (index, fault) = now {
          try attempt(fault, index, in: bed, idle: idle, ready: &ready)
          now = next()
        }
      } catch {
        state.withLock {
          $0.report.problems.append("\(swept.name): \(now?.fault.description ?? ""): \(error)")
        }
      }
    }
  }

  /// All there is, and when each file was written.
  private struct Snapshot: Equatable {
    let all: [String]
    let stamps: [String]

    /// The same, of programs only what they are: a dnsmasq may be another one.
    var withoutNumbers: [String] {
      all.dropLast()
        + (all.last ?? "").split(separator: "\n").map { String($0.drop { $0.isNumber }) }.sorted()
    }

    init(_ bed: NetworkTestbed) throws {
      all = try bed.everything()
      stamps = try bed.files().map(\.stamp)
    }
  }

  /// What a command says that failed and could do nothing about it.
  ///
  /// Who cannot lock may not tidy up either; whoever can does. And it may be the last word alone
  /// that failed. Nor does it matter that the half of a change's journal cannot be removed which
  /// says nothing without the other.
  private static let cannotUndo = [
    "/run/tapster/locks", "cannot write to standard output", "cannot remove '/run/tapster",
  ]

  private func attempt(
    _ fault: Fault, _ index: Int, in bed: NetworkTestbed, idle: [String], ready: inout Snapshot?
  ) throws {
    let clock = ContinuousClock.now
    defer {
      let taken = ContinuousClock.now - clock
      if taken > .seconds(5) { state.withLock { $0.report.slow.append("\(fault): \(taken)") } }
    }
    let before: Snapshot
    if let ready {
      before = ready
    } else {
      try swept.prepare(bed)
      before = try Snapshot(bed)
    }
    let (ended, hit) = try fault.meet(command, in: bed)
    state.withLock {
      $0.report.tried += 1
      if hit { $0.report.hit += 1 }
    }
    do {
      if !ended.wasKilled, !ended.succeeded, ended.error.isEmpty {
        throw SweepProblem("it failed without a word")
      }
      let after = try Snapshot(bed)
      // As if nothing had happened, so there is nothing to put right.
      if after == before {
        state.withLock { $0.report.traceless += 1 }
        ready = before
        return
      }
      try swept.examine(bed)
      if !ended.wasKilled, !Self.cannotUndo.contains(where: ended.error.contains) {
        try swept.whole(bed)
        if swept.undoesItself, !ended.succeeded, after.withoutNumbers != before.withoutNumbers {
          throw SweepProblem("not undone: \(try bed.changes(since: before.all))")
        }
      }
      ready = nil
      if let mend = swept.mend, index % 2 == 1 {
        try mend(bed)
      } else {
        try bed.unless(swept.excuses, command)
        try swept.examine(bed)
        try swept.settled(bed)
      }
      try swept.finish(bed)
      let left = try bed.changes(since: idle)
      if left != [] { throw SweepProblem("left: \(left)") }
    } catch { throw SweepProblem("\(error)\nafter \(ended)") }
  }
}

/// Something is not as it has to be.
struct SweepProblem: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

extension Completed {
  /// Whether SIGKILL ended it; strace ends as what it traced did.
  var wasKilled: Bool { ending == .signalled(9) || status == 137 }
}

extension NetworkTestbed {
  /// Runs a command that has to succeed, or fail with one of `excuses`.
  func unless(_ excuses: [String], _ command: [String]) throws {
    let ended = try testbed.run(command, timeout: .seconds(180))
    if !ended.succeeded, !excuses.contains(where: ended.error.contains) {
      throw SweepProblem("\(ended)")
    }
  }

  /// Kills all programs and waits for their end; those that they start meanwhile, too.
  func killAll() throws {
    while case let processes = try testbed.processes(), !processes.isEmpty {
      for process in processes {
        guard let handle = try? OpenDescriptor(process: process) else { continue }
        kill(process, SIGKILL)
        guard try Deadline(after: .seconds(10)).awaitReadable(handle.rawValue) else {
          throw TimedOut("process \(process) does not end")
        }
      }
    }
  }
}

/// How many of a program's points are tried: one in `stride`, or all with `TAPSTER_FULL_SWEEP=1` in
/// the environment; and where they are counted.
enum Sweep {
  private static let isFull =
    ProcessInfo.processInfo.environment["TAPSTER_FULL_SWEEP"] == "1"

  static func sample<Point>(_ points: [Point], stride: Int) -> [Point] {
    isFull
      ? points : points.enumerated().filter { $0.offset % stride == stride / 2 }.map(\.element)
  }

  /// Prints what was tried, and adds it to the file that `.ci/check` sums up.
  static func note(_ what: String, _ report: SweepReport, of all: Int) throws {
    let line = "\(report.tried) of \(all) points: \(what); \(report.traceless) left no trace\n"
    print(line, terminator: "")
    for slow in report.slow { print("  slow: \(slow)") }
    let directory = "\(Binaries.root)/.build/check"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    // SAFETY: the path is lent as a NUL-terminated string.
    let number = unsafe open("\(directory)/points", O_WRONLY | O_CREAT | O_APPEND, 0o644)
    guard number >= 0 else { throw SystemCallFailure("open \(directory)/points", code: errno) }
    let file = OpenDescriptor(owning: number)
    // SAFETY: write reads as many bytes as the array lends.
    let written = unsafe line.utf8.withContiguousStorageIfAvailable { bytes in
      unsafe write(file.rawValue, bytes.baseAddress, bytes.count)
    }
    guard written == line.utf8.count else {
      throw SystemCallFailure("write \(directory)/points", code: errno)
    }
  }
}
