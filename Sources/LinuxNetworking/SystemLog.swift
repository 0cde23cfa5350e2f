internal import CLinux
public import LinuxTypes

/// The system log's socket (`man 3 syslog`, RFC 3164), spoken to directly.
///
/// The C library's `syslog` would read the time zone's file and keep state; one datagram does not.
public struct SystemLog: ~Copyable {
  /// How much a line matters, with the number that RFC 3164 gives it.
  public enum Severity: Int32, Sendable {
    case notice = 5
    case information = 6
  }

  /// Facility "security/authorization messages (private)" of RFC 3164.
  private static let authpriv: Int32 = 10

  private let program: StaticText
  private let socket: FileDescriptor

  /// Makes the socket that lines of `program` go through.
  public init(program: StaticText) throws(Errno) {
    self.program = program
    socket = FileDescriptor(
      owning: try value(clinux_socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)))
  }

  /// Sends one line, facility authpriv, as `program[process]: text`.
  ///
  /// Never blocks. Throws ENOENT where no log daemon runs, EAGAIN where it does not keep up.
  public borrowing func write(_ severity: Severity, _ text: String) throws(Errno) {
    let priority = Self.authpriv << 3 | severity.rawValue
    let line = Array("<\(priority)>\(program.text)[\(getpid())]: \(text)".utf8)
    // SAFETY: the literal is NUL-terminated and static; the array has the size that the call is
    // told.
    _ = try value(
      unsafe clinux_send_to_unix(socket.rawValue, "/dev/log", line, line.count))
  }
}
