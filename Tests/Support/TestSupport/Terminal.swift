internal import CTestSupport
internal import Glibc

/// A terminal (`man 7 pty`) and who sits at it: types, and reads what appears.
public final class Terminal {
  /// The end that programs have as their standard input and outputs.
  private let programEnd: OpenDescriptor
  private let keyboard: OpenDescriptor
  private let screen: LineStream

  /// Makes one that echoes what is typed, as terminals do.
  public init() throws {
    var ends: [Int32] = [-1, -1]
    // SAFETY: the array has room for the two descriptors that are written.
    let result = unsafe ctest_terminal(&ends)
    guard result == 0 else { throw SystemCallFailure("make a terminal", code: -result) }
    keyboard = OpenDescriptor(owning: ends[0])
    programEnd = OpenDescriptor(owning: ends[1])
    screen = try LineStream(reading: keyboard)
  }

  /// Starts a program of `testbed` at this terminal.
  public func start(
    _ arguments: [String], in testbed: Testbed, environment: [String: String] = [:]
  ) throws -> RunningProcess {
    var command = try testbed.command(arguments, environment: environment)
    command.descriptors = [0: programEnd, 1: programEnd, 2: programEnd]
    return try command.start()
  }

  /// Waits until `words` appear behind what was waited for before. What came between, and them;
  /// throws ``TimedOut`` if they do not come.
  @discardableResult
  public func read(upTo words: String) throws -> String {
    guard let came = try screen.text(within: .patience, upTo: words) else {
      throw TimedOut("'\(words)' does not appear, but: \(screen.text)")
    }
    return came
  }

  /// All that ever appeared, when the programs at it have ended. No other can be started then.
  public func close() throws(SystemCallFailure) -> String {
    programEnd.close()
    return try screen.drain(within: .patience)
  }

  /// Types a line; nil for Control-D, the end of input.
  public func type(_ line: String?) throws(SystemCallFailure) {
    let keys = Array((line.map { "\($0)\n" } ?? "\u{4}").utf8)
    // SAFETY: write reads as many bytes as the array lends.
    let count = unsafe keys.withUnsafeBytes {
      unsafe write(keyboard.rawValue, $0.baseAddress, $0.count)
    }
    guard count == keys.count else { throw SystemCallFailure("write to a terminal") }
  }
}
