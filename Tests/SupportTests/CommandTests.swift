import Foundation
import Glibc
import TestSupport
import Testing

@Suite struct CommandTests {
  @Test func collectsOutputsAndStatus() throws {
    let result = try Command(["sh", "-c", "cat; echo oops >&2; exit 7"]).run(input: "hello")
    #expect(result.output == "hello")
    #expect(result.error == "oops\n")
    #expect(result.ending == .exited(7))
  }

  @Test func reportsTheSignalThatEndedIt() throws {
    #expect(try Command(["sh", "-c", "kill -SEGV $$"]).run().ending == .signalled(SIGSEGV))
  }

  @Test func movesMegabytesBothWays() throws {
    let text = String(repeating: "0123456789abcdef", count: 1 << 17)
    #expect(try Command(["cat"]).run(input: text).output == text)
  }

  @Test func endsAtTheDeadlineWhatWouldNotEnd() throws {
    let start = ContinuousClock.now
    #expect(throws: TimedOut.self) {
      try Command(["cat", "/dev/zero"]).run(timeout: .milliseconds(200))
    }
    #expect(throws: TimedOut.self) {
      try Command(["sleep", "300"]).run(timeout: .milliseconds(200))
    }
    #expect(ContinuousClock.now - start < .seconds(120))
  }

  @Test func doesNotWaitForADaemonThatKeepsTheOutputs() throws {
    let result = try Command(["sh", "-c", "sleep 300 & echo $!"]).run()
    let daemon = try #require(Int32(result.output.dropLast()))
    #expect(kill(daemon, SIGKILL) == 0, "it was waited for")
  }

  @Test func throwsWhatTheKernelSaidOfExec() throws {
    let failure = #expect(throws: SystemCallFailure.self) {
      _ = try Command(["/no/such/program"]).start()
    }
    #expect(failure?.code == ENOENT)
    #expect(failure?.operation.contains("execve") == true)
  }

  /// Linux since 5.18 gives a program started without arguments one empty one, and `cmdline`
  /// shows just that.
  @Test func argumentCountZeroReallyArrives() throws {
    var command = Command(bytes: [])
    command.program = "/bin/cat"
    let (read, write) = try OpenDescriptor.pipe()
    command.descriptors[0] = read
    let process = try command.start()
    #expect(try [UInt8](Data(contentsOf: URL(filePath: "/proc/\(process.process)/cmdline"))) == [0])
    withExtendedLifetime(write) {}
  }

  @Test func onlyTheDescriptorsNamedArrive() throws {
    let strays = try (0..<5).map { _ in try OpenDescriptor(path: "/dev/null", flags: O_RDONLY) }
    for stray in strays { try #require(fcntl(stray.rawValue, F_SETFD, 0) == 0) }
    var command = Command(["sh", "-c", "ls /proc/$$/fd; :"])
    command.descriptors[7] = strays[0]
    #expect(try command.run().output == "0\n1\n2\n7\n")
    withExtendedLifetime(strays) {}
  }

  @Test func descriptorsMayTradePlaces() throws {
    let (first, second) = (try OpenDescriptor.pipe(), try OpenDescriptor.pipe())
    var command = Command([
      "bash", "-c", "echo a >&\(first.write.rawValue); echo b >&\(second.write.rawValue)",
    ])
    command.descriptors[first.write.rawValue] = second.write
    command.descriptors[second.write.rawValue] = first.write
    #expect(try command.run().succeeded)
    var head = Command(["head", "-n1"])
    head.descriptors[0] = second.read
    #expect(try head.run().output == "a\n")
    head.descriptors[0] = first.read
    #expect(try head.run().output == "b\n")
  }
}
