import Glibc
import TestSupport
import Testing

/// What the helper holds while it runs: strace stops it at a system call, and the kernel says what
/// it is then (`man 5 proc`, `/proc/PID/status`).
@Suite(
  .enabled("root and the installed helper are needed") {
    Privilege.isRoot && Binaries.exists(Binaries.helper)
  })
struct HelperPrivilegesTests {
  private static let netAdmin = "0000000000001000"
  private static let nothing = "0000000000000000"

  @Test(arguments: [Testbed.helper, Testbed.capabilityHelper])
  func itMakesTheTapWithNothingButNetAdmin(helper: String) throws {
    let stopped = try StoppedHelper(at: "ioctl", helper: helper)
    #expect(stopped.line.contains("TUNSETIFF"))
    let status = try stopped.status()
    for set in ["CapPrm", "CapEff"] { #expect(status[set] == Self.netAdmin) }
    for set in ["CapInh", "CapAmb"] { #expect(status[set] == Self.nothing) }
    // Emptying it takes CAP_SETPCAP, which a file capability of CAP_NET_ADMIN does not bring.
    if helper == Testbed.helper { #expect(status["CapBnd"] == Self.nothing) }
    expectConfined(status)
    #expect(try stopped.resume() == .exited(0))
  }

  @Test func itHandsTheTapOverWithNothing() throws {
    let stopped = try StoppedHelper(at: "sendmsg", helper: Testbed.helper)
    let status = try stopped.status()
    for set in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"] {
      #expect(status[set] == Self.nothing, "\(set)")
    }
    expectConfined(status)
    #expect(try stopped.resume() == .exited(0))
  }

  private func expectConfined(_ status: [String: String]) {
    #expect(status["Uid"] == "1002 1002 1002 1002")
    #expect(status["Gid"] == "1002 1002 1002 1002")
    #expect(status["Groups"] == "1002 2000")
    #expect(status["NoNewPrivs"] == "1")
    #expect(status["Seccomp"] == "2", "a filter")
    #expect(status["Seccomp_filters"] == "1")
  }
}

/// The helper on its way to a tap on `br0` for the user `student`, stopped when it enters its first
/// `call`.
private struct StoppedHelper {
  /// What strace said of the call.
  let line: String
  private let testbed: Testbed
  private let strace: RunningProcess
  private let output: LineStream
  private let process: Int32
  private let socket: OpenDescriptor

  init(at call: String, helper: String) throws {
    testbed = try Testbed(tunMode: 0o666)
    try testbed.write("/etc/tapster/acl.conf", "allow br0 user=student\n")
    try testbed.output(["ip", "link", "add", "br0", "type", "bridge"])
    let (own, theirs) = try OpenDescriptor.socketPair()
    let (read, write) = try OpenDescriptor.pipe()
    socket = own
    // As a tracer root leaves set-user-ID and file capabilities in force.
    var command = try testbed.command([
      "strace", "-u", "student", "-e", "trace=\(call)",
      "-e", "inject=\(call):signal=SIGSTOP:when=1", helper, "--br=br0", "--fd=3",
    ])
    command.descriptors = [2: write, 3: theirs]
    strace = try command.start()
    for end in [write, theirs] { end.close() }
    output = try LineStream(reading: read)
    guard let found = try output.lines(within: .patience, upTo: { $0.hasPrefix("--- stopped") })
    else { throw TimedOut("helper did not stop at \(call): \(output.text)") }
    line = found.before.joined(separator: "\n")
    let tracer = strace.process
    process = try #require(testbed.processes().first { $0 != tracer })
  }

  /// The fields of `/proc/PID/status`.
  func status() throws -> [String: String] { try testbed.status(of: process) }

  /// Lets it go on to its end.
  func resume() throws -> Ending {
    kill(process, SIGCONT)
    let ending = try strace.wait()
    withExtendedLifetime((socket, output)) {}
    return ending
  }
}
