import Foundation
import Glibc
import TestSupport
import Testing

/// What the broker and its children hold while they run, as the kernel says (`man 5 proc`).
@Suite(.requiresHelper, .timeLimit(.minutes(10)))
struct BrokerPrivilegesTests {
  private static let nothing = "0000000000000000"
  private static let netAdmin = "0000000000001000"
  /// CAP_SETGID, CAP_SETUID and CAP_NET_ADMIN.
  private static let parents = "00000000000010c0"

  private let scene: BrokerScene

  init() throws { scene = try BrokerScene(acl: "allow br0 user=student\n") }

  @Test func theParentHasWhatItsChildrenNeed() throws {
    let status = try scene.testbed.status(of: scene.broker.process)
    for set in ["CapPrm", "CapEff"] { #expect(status[set] == Self.parents) }
    for set in ["CapInh", "CapAmb", "CapBnd"] { #expect(status[set] == Self.nothing) }
    #expect(status["NoNewPrivs"] == "1")
    let environment = try scene.testbed.run(
      ["cat", "/proc/\(scene.broker.process)/environ"], as: .build)
    #expect(environment.error.contains("Permission denied"), "not dumpable")
    #expect(try scene.descriptorCount() == 8, "0 to 2, lock, socket, signals, the ready child")
    let resident = try #require(status["VmRSS"]?.split(separator: " ").first.flatMap { Int($0) })
    #expect(resident < 2048, "\(resident) KiB")
  }

  @Test func itLeavesNothingOpenThatItsStarterLeft() throws {
    scene.broker.signal(SIGTERM)
    _ = try scene.broker.wait()
    var command = try scene.testbed.command([Testbed.helper, "--serve"])
    for number: Int32 in [3, 9, 200] {
      command.descriptors[number] = try OpenDescriptor(path: "/etc/shadow", flags: O_RDONLY)
    }
    let broker = try command.start()
    let deadline = Deadline(after: .patience)
    while !scene.testbed.exists(BrokerScene.socket), deadline.milliseconds > 0 { sched_yield() }
    let directory = "/proc/\(broker.process)/fd"
    for number in try FileManager.default.contentsOfDirectory(atPath: directory) {
      let target = try? FileManager.default.destinationOfSymbolicLink(
        atPath: "\(directory)/\(number)")
      #expect(target != "/etc/shadow")
    }
  }

  /// A child at the call of that name and number that it makes for its client, who is `student`.
  private func child(at call: String, number: Int = 1) throws -> [String: String] {
    let child = try TracedChild(of: scene, call, "signal=SIGSTOP:when=\(number)")
    let connection = try scene.connect(as: .student)
    try connection.ask(["--br=br0"])
    try child.awaitStop()
    let status = try status(of: child.process)
    kill(child.process, SIGCONT)
    try scene.expectGrant(try #require(try connection.receive()))
    _ = try child.awaitEnd()
    return status
  }

  /// What the kernel says of `process`, and what it has open.
  private func status(of process: Int32) throws -> [String: String] {
    var status = try scene.testbed.status(of: process)
    let open = "/proc/\(process)/fd"
    status["open"] = try FileManager.default.contentsOfDirectory(atPath: open).compactMap {
      try? FileManager.default.destinationOfSymbolicLink(atPath: "\(open)/\($0)")
    }.joined(separator: " ")
    return status
  }

  private func expectItIsTheCaller(_ status: [String: String]) {
    #expect(status["Uid"] == "1002 1002 1002 1002")
    #expect(status["Gid"] == "1002 1002 1002 1002")
    #expect(status["Groups"] == "2000")
    #expect(status["NoNewPrivs"] == "1")
    #expect(status["Seccomp"] == "2", "a filter")
    for set in ["CapInh", "CapBnd", "CapAmb"] { #expect(status[set] == Self.nothing) }
  }

  @Test func aChildMakesTheTapWithNothingButNetAdmin() throws {
    let status = try child(at: "ioctl")
    expectItIsTheCaller(status)
    for set in ["CapPrm", "CapEff"] { #expect(status[set] == Self.netAdmin) }
  }

  @Test func aChildHandsTheTapOverWithNothing() throws {
    let status = try child(at: "sendmsg")
    expectItIsTheCaller(status)
    for set in ["CapPrm", "CapEff"] { #expect(status[set] == Self.nothing) }
  }

  /// It reads the request in the place of a set-user-ID program that the client had started. What
  /// comes before only asks the kernel whether there is one.
  @Test func aChildReadsTheRequestAsASetUserIDProgramWould() throws {
    let status = try child(at: "recvfrom", number: 2)
    #expect(status["Uid"] == "1002 0 0 0")
    #expect(status["Gid"] == "1002 1002 1002 1002")
    #expect(status["CapEff"] == Self.parents)
    expectNothingIsTheBrokers(status)
  }

  /// One that was forked for its client while others waited has nothing of theirs.
  @Test func aChildThatWasForkedBesideOthersHasNothingOfTheirs() throws {
    let others = try (0..<5).map { _ in try scene.connect() }
    // The first has the child that was ready; the others wait with the broker.
    let deadline = Deadline(after: .patience)
    while try scene.descriptorCount() != 8 + 4, deadline.milliseconds > 0 { sched_yield() }
    let first = try scene.children()
    #expect(first.count == 1)

    let strace = try TracedChild(
      of: scene, "setgroups", "signal=SIGSTOP:when=1", process: scene.broker.process)
    let connection = try scene.connect(as: .student)
    try connection.ask(["--br=br0"])
    try strace.awaitStop()
    let child = try #require(try scene.children().first { !first.contains($0) })
    let status = try status(of: child)
    kill(child, SIGCONT)
    try scene.expectGrant(try #require(try connection.receive()))
    #expect(status["Uid"] == "0 0 0 0")
    expectNothingIsTheBrokers(status)
    withExtendedLifetime(others) {}
  }

  /// Not the listening socket, the lock, or another's connection.
  private func expectNothingIsTheBrokers(
    _ status: [String: String], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let open = status["open"] ?? ""
    #expect(
      open.matches(of: /socket:/).count == 3, "to the client, the kernel and the log: \(open)",
      sourceLocation: sourceLocation)
    #expect(
      open.split(separator: " ").count == 7, "and 0 to 2, and the device: \(open)",
      sourceLocation: sourceLocation)
    #expect(
      status["Seccomp"] == "2", "the filter comes before the client", sourceLocation: sourceLocation
    )
  }

  /// Each call of a child that takes rights away or limits it fails in turn: then there is no tap.
  @Test(arguments: [
    "timer_settime", "rt_sigprocmask", "setgroups", "setresgid", "setresuid",
    "prctl", "capset", "landlock_restrict_self", "getsockopt",
  ])
  func everyCallThatTakesRightsAwayFailing(call: String) throws {
    var failures = 0
    for number in 1...4 {
      let child = try TracedChild(of: scene, call, "error=ENOMEM:when=\(number)")
      let connection = try scene.connect(as: .student)
      try connection.ask(["--br=br0"])
      let answer = try #require(try connection.receive())
      if try child.awaitEnd().contains("INJECTED") {
        failures += 1
        // Unblocking signals twice, or asking twice who he is, may fail once without harm.
        if !["rt_sigprocmask", "getsockopt"].contains(call) {
          #expect(answer.bytes.first != 0, "\(number)")
          #expect(answer.descriptors.isEmpty, "\(number)")
        }
      }
      for tap in answer.descriptors { tap.close() }
      connection.close()
      try scene.awaitIdle()
      try scene.scene.expectNoTaps()
    }
    #expect(failures > 0, "it never came to that")
  }

  /// The filter is there before the client: where it cannot be had, he is told so.
  @Test func aChildWithoutAFilterServesNobody() throws {
    scene.broker.signal(SIGTERM)
    _ = try scene.broker.wait()
    let trace = "\(Testbed.scratch)/trace"
    let strace = try scene.testbed.command([
      "strace", "-f", "-o", trace, "-e", "trace=seccomp", "-e", "inject=seccomp:error=ENOMEM",
      Testbed.helper, "--serve",
    ]).start()
    defer { strace.signal(SIGTERM) }
    let deadline = Deadline(after: .patience)
    while !scene.testbed.exists(BrokerScene.socket), deadline.milliseconds > 0 { sched_yield() }
    let connection = try MessageConnection(
      to: BrokerScene.socket, of: scene.testbed, as: .student)
    try connection.ask(["--br=br0"])
    let answer = try #require(try connection.receive())
    scene.expectRefusal(answer, .failure, "the system call filter: ")
    try scene.scene.expectNoTaps()
    let attempts = try scene.testbed.read(trace).split(separator: "\n").count {
      $0.contains("INJECTED")
    }
    // It does not fork one after the other either.
    #expect((2...3).contains(attempts), "of its child, twice, and the next: \(attempts)")
  }

  @Test func theLogHearsOfItAsFromAHelper() throws {
    let log = try DecisionLog(in: scene.testbed)
    let answer = try scene.ask(["--br=br0"], as: .student)
    #expect(
      log.lines() == [
        "<86>tapster-helper: granted tap=tapru-2-0 bridge=br0 uid=1002 queues=1 "
          + "rule=/etc/tapster/acl.conf:1"
      ])
    _ = try scene.ask(["--br=br0"], as: .build)
    #expect(
      log.lines().first?.hasPrefix(
        "<85>tapster-helper: refused bridge=br0 uid=1001 status=77: user 'build'") == true)
    withExtendedLifetime(answer) {}
  }
}
