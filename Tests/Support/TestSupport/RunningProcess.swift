internal import CTestSupport
internal import Foundation
internal import Glibc

/// A program that was started. When nobody holds this object any more it is killed and reaped.
///
/// One thread at a time.
public final class RunningProcess {
  /// Its process id, as the test's own PID namespace numbers it.
  public let process: Int32
  /// Readable once it has ended (`man 2 pidfd_open`).
  public let pidfd: OpenDescriptor
  private let arguments: [String]
  private var ending: Ending?

  init(_ process: Int32, arguments: [[UInt8]]) throws(SystemCallFailure) {
    self.process = process
    self.arguments = arguments.map { String(decoding: $0, as: UTF8.self) }
    pidfd = try OpenDescriptor(process: process)
  }

  deinit {
    guard ending == nil else { return }
    kill(process, SIGKILL)
    waitpid(process, nil, 0)
  }

  /// Sends it a signal; does nothing once it has been waited for.
  public func signal(_ number: Int32) { if ending == nil { kill(process, number) } }

  /// How it ended, or nil if it had not when `timeout` was over.
  public func waitIfEnded(within timeout: Duration = .zero) throws(SystemCallFailure) -> Ending? {
    if let ending { return ending }
    guard try Deadline(after: timeout).awaitReadable(pidfd.rawValue) else { return nil }
    var (code, status): (Int32, Int32) = (0, 0)
    // SAFETY: both are written before ctest_reap returns 1.
    let result = unsafe ctest_reap(pidfd.rawValue, &code, &status)
    guard result == 1 else { throw SystemCallFailure("waitid", code: -result) }
    let ended: Ending = code == Int32(CLD_EXITED) ? .exited(status) : .signalled(status)
    ending = ended
    return ended
  }

  /// Waits until it hangs in a write to `descriptor` (`/proc/PID/syscall`, `man 5 proc`).
  public func awaitBlockedWrite(to descriptor: Int32) throws {
    let deadline = Deadline(after: .patience)
    let blocked = "\(ctest_write_number) 0x\(String(descriptor, radix: 16)) "
    var call = ""
    while deadline.milliseconds > 0, try waitIfEnded() == nil {
      call = try String(contentsOfFile: "/proc/\(process)/syscall", encoding: .utf8)
      if call.hasPrefix(blocked) { return }
      sched_yield()
    }
    throw TimedOut("\(arguments) does not hang in a write, but: \(call)")
  }

  /// Waits for its end. Kills it and throws ``TimedOut`` if it takes longer than `timeout`.
  @discardableResult
  public func wait(timeout: Duration = .patience) throws -> Ending {
    if let ending = try waitIfEnded(within: timeout) { return ending }
    signal(SIGKILL)
    _ = try waitIfEnded(within: .seconds(5))
    throw TimedOut("\(arguments) did not end within \(timeout)")
  }

  /// Writes `input`, reads `output` and `error` to their ends, and waits for the program, all
  /// within `timeout`.
  ///
  /// The ends given are those that the test holds. Throws ``TimedOut`` after killing it.
  func communicate(
    input: [UInt8], to writer: OpenDescriptor, output: OpenDescriptor, error: OpenDescriptor,
    timeout: Duration
  ) throws -> Completed {
    let deadline = Deadline(after: timeout)
    var pending = input[...]
    if pending.isEmpty { writer.close() }
    var collected: [(descriptor: OpenDescriptor, bytes: [UInt8], isOpen: Bool)] = [
      (output, [], true), (error, [], true),
    ]
    while collected.contains(where: \.isOpen) {
      let events = try deadline.poll(
        collected.map { ($0.isOpen ? $0.descriptor.rawValue : -1, POLLIN) }
          + [(pending.isEmpty ? -1 : writer.rawValue, POLLOUT), (pidfd.rawValue, POLLIN)])
      // A daemon that the program leaves behind may keep its outputs open: the program's end, then
      // what is there to read, ends the wait.
      if events[3] != 0 && events[0] == 0 && events[1] == 0 { break }
      if deadline.milliseconds == 0 {
        signal(SIGKILL)
        _ = try waitIfEnded(within: .seconds(5))
        throw TimedOut(
          "\(arguments) did not end within \(timeout); it said last: "
            + collected.map { String(decoding: $0.bytes.suffix(2000), as: UTF8.self) }
            .joined(separator: "\n"))
      }
      if events[2] != 0 {
        // SAFETY: write reads at most `count` bytes of the buffer that lends itself.
        let count = unsafe pending.withUnsafeBytes {
          unsafe write(writer.rawValue, $0.baseAddress, $0.count)
        }
        // A program that does not read all of its input is no failure of the test's.
        pending = count < 0 ? [] : pending.dropFirst(count)
        if pending.isEmpty { writer.close() }
      }
      for index in collected.indices where events[index] != 0 {
        collected[index].isOpen = try readAvailable(
          collected[index].descriptor.rawValue, into: &collected[index].bytes)
      }
    }
    return Completed(
      arguments: arguments, ending: try wait(timeout: .milliseconds(Int64(deadline.milliseconds))),
      outputBytes: collected[0].bytes, errorBytes: collected[1].bytes)
  }
}

/// Appends what one read of a non-blocking descriptor has now. False at its end.
///
/// One read only: who writes without end must not keep the reader from its deadline.
func readAvailable(
  _ descriptor: Int32, into bytes: inout [UInt8]
) throws(SystemCallFailure) -> Bool {
  var buffer = [UInt8](repeating: 0, count: 65536)
  // SAFETY: read writes at most the buffer's own count.
  let count = unsafe buffer.withUnsafeMutableBytes {
    unsafe read(descriptor, $0.baseAddress, $0.count)
  }
  guard count >= 0 else {
    // A terminal at which no program is left (`man 4 pts`).
    if errno == EIO { return false }
    guard errno == EAGAIN || errno == EINTR else { throw SystemCallFailure("read") }
    return true
  }
  bytes += buffer[..<count]
  return count > 0
}
