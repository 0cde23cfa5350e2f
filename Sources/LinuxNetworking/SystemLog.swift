internal import CLinux
public import LinuxTypes

/// The system log's socket (`man 3 syslog`, RFC 3164), spoken to directly.
///
/// The C library's `syslog` would read the time zone's file and keep state; one datagram does not.
public enum SystemLog {
  /// How much a line matters, with the number that RFC 3164 gives it.
  public enum Severity: Int32, Sendable {
    case notice = 5
    case information = 6
  }

  /// Facility "security/authorization messages (private)" of RFC 3164.
  private static let authpriv: Int32 = 10

  /// Sends one line, facility authpriv, as `program[process]: text`.
  ///
  /// Never blocks. Throws what socket or sendto gave: ENOENT where no log daemon runs.
  public static func write(program: StaticString, severity: Severity, text: String) throws(Errno) {
    let priority = authpriv << 3 | severity.rawValue
    var line = Array("<\(priority)>".utf8)
    line += FilePath(program).bytes
    line += Array("[\(getpid())]: ".utf8)
    line += Array(text.utf8)
    let socket = FileDescriptor(
      owning: try value(clinux_socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)))
    // SAFETY: the literal is NUL-terminated and static; the array has the size that the call is told.
    let result = unsafe clinux_send_to_unix(socket.rawValue, "/dev/log", line, line.count)
    // Left to the end of the process: closing it takes a quarter as long as all the rest of this.
    _ = socket.release()
    _ = try value(result)
  }
}
