import TestSupport
import Testing

/// The child of a broker that is ready for the next client, with strace on it.
struct TracedChild {
  /// The child.
  let process: Int32
  private let strace: RunningProcess
  private let output: LineStream

  /// Has `injection` (as `man 1 strace` writes it, `signal=SIGSTOP:when=1`) happen to its calls of
  /// that name.
  init(of scene: BrokerScene, _ call: String, _ injection: String) throws {
    process = try #require(try scene.children().first)
    let (read, write) = try OpenDescriptor.pipe()
    var command = try scene.testbed.command([
      "strace", "-p", "\(process)", "-e", "trace=\(call)", "-e", "inject=\(call):\(injection)",
    ])
    command.descriptors[2] = write
    strace = try command.start()
    command.descriptors = [:]
    write.close()
    output = try LineStream(reading: read)
    try awaitLine { $0.contains("attached") }
  }

  /// Waits until the child has been stopped.
  func awaitStop() throws { try awaitLine { $0.hasPrefix("--- stopped") } }

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
