import Foundation
import TestSupport
import Testing

/// Who waits for another process's lock says so, once.
@Suite(
  .enabled(if: Privilege.isRoot, "namespaces need root"),
  .enabled(if: Binaries.exists(Binaries.tapster), "tapster is not built"))
struct LockNoticeTests {
  @Test func theHolderIsNamedUnlessItIsToBeQuiet() throws {
    let bed = try NetworkTestbed()
    let standard = try bed.testbed.read("/etc/tapster/networks/default.xml")
    try bed.testbed.write(
      "/etc/tapster/networks/quiet.xml",
      standard.replacingOccurrences(of: "default", with: "quiet")
        .replacingOccurrences(of: "virbr0", with: "virbr1")
        .replacingOccurrences(of: "192.168.122", with: "192.168.123"))
    try bed.testbed.output(["mkdir", "-p", "/run/tapster/locks"])
    let held = try hold("/run/tapster/locks/shared", in: bed)

    // The quiet one waits for longer.
    let (_, quietWords) = try start(["--quiet", "net-start", "quiet"], in: bed)
    let (loud, words) = try start(["net-start", "default"], in: bed)
    let said = try #require(
      try words.lines(within: .patience) { $0.contains("waiting for ") }, "\(words.text)")
    #expect(said.last.contains("process \(held.process) (sleep 1000), "), "\(said)")
    #expect(said.last.hasSuffix("the lock of the firewall and forwarding"), "\(said)")
    held.signal(SIGKILL)
    #expect(try loud.wait() == .exited(0))
    #expect(try words.drain(within: .patience) == said.last + "\n")
    #expect(try quietWords.drain(within: .patience) == "")
  }

  /// The one that took it has ended, and left it to a program of its own.
  @Test func aChildThatHasItFromItsParentIsFound() throws {
    let bed = try NetworkTestbed()
    try bed.testbed.output(["mkdir", "-p", "/run/tapster/locks"])
    let place = "/run/tapster/locks/network-default"
    let script = "exec 9>>\(place); flock 9; sleep 1000 & echo $!"
    let child = try #require(
      Int32(
        try bed.testbed.output(["sh", "-euc", script])
          .trimmingCharacters(in: .whitespacesAndNewlines)))
    let (waiting, words) = try start(["net-start", "default"], in: bed)
    let said = try #require(
      try words.lines(within: .patience) { $0.contains("waiting for ") }, "\(words.text)")
    #expect(said.last.contains("process \(child) (sleep 1000)"), "\(said)")
    #expect(said.last.hasSuffix("the lock of network 'default'"), "\(said)")
    kill(child, SIGKILL)
    #expect(try waiting.wait() == .exited(0))
  }

  /// A process that has the lock by the time this returns.
  private func hold(_ path: String, in bed: NetworkTestbed) throws -> RunningProcess {
    let (output, ready) = try OpenDescriptor.pipe()
    var command = try bed.testbed.command(
      ["flock", "--no-fork", path, "sh", "-c", "echo held; exec sleep 1000"])
    command.descriptors = [1: ready]
    let running = try command.start()
    ready.close()
    _ = try #require(try LineStream(reading: output).lines(within: .patience) { $0 == "held" })
    return running
  }

  private func start(
    _ arguments: [String], in bed: NetworkTestbed
  ) throws -> (RunningProcess, LineStream) {
    let (words, error) = try OpenDescriptor.pipe()
    var command = try bed.testbed.command([Testbed.tapster] + arguments)
    command.descriptors = [2: error]
    let running = try command.start()
    error.close()
    return (running, try LineStream(reading: words))
  }
}
