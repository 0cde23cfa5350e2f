import TestSupport
import Testing

/// The child of a broker that is ready for the next client, or one that it will fork, with strace
/// on it.
struct TracedChild {
  /// The child, or the broker.
  let process: Int32
  private let strace: RunningProcess
  private let output: LineStream

  /// Has `injection` (as `man 1 strace` writes it, `signal=SIGSTOP:when=1`) happen to its calls of
  /// that name; or to those of `broker` and of each that it forks from now on.
  init(of scene: BrokerScene, _ call: String, _ injection: String, process broker: Int32? = nil)
    throws
  {
    process = try #require(try broker ?? scene.children().first)
    let (read, write) = try OpenDescriptor.pipe()
    var command = try scene.testbed.command([
      "strace", "-f", "-p", "\(process)", "-e", "trace=\(call)", "-e",
      "inject=\(call):\(injection)",
    ])
    command.descriptors[2] = write
    strace = try command.start()
    command.descriptors = [:]
    write.close()
    output = try LineStream(reading: read)
    try awaitLine { $0.contains("attached") }
  }

  /// Waits until the child has been stopped.
  func awaitStop() throws { try awaitLine { $0.contains("--- stopped") } }

  /// Waits for the child's end; all that strace said of it.
  func awaitEnd() throws -> String {
    _ = try strace.wait()
    return try output.drain(within: .patience)
  }

  private func awaitLine(_ matches: (String) -> Bool) throws {
    guard try output.lines(within: .patience, upTo: matches) != nil else {
      throw TimedOut("strace said only: \(output.text)")
    }
  }
}
