internal import CLinux
public import LinuxTypes

/// Where a program's words go: descriptors 1 and 2, written to directly.
public enum StandardStream: Int32, Sendable {
  case output = 1
  case error = 2

  /// Whether a line can be written there now without waiting for a reader.
  public var hasRoom: Bool { clinux_has_room(rawValue) > 0 }

  /// Writes all of `text`; what the reader does not take is lost.
  public func write(_ text: String) { try? send(text) }

  /// Writes all of `text`. Throws if the reader does not take it.
  public func send(_ text: String) throws(Errno) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      // SAFETY: the buffer is valid for the call, which is told its size.
      let written = try retrying {
        unsafe rest.withUnsafeBytes { unsafe clinux_write(rawValue, $0.baseAddress, $0.count) }
      }
      rest = rest.dropFirst(written)
    }
  }

  /// Waits until what was written into a pipe has been read: until it is empty, its last reader is
  /// gone, or about a second is over. Anything but a pipe is not waited for.
  public func awaitReader() {
    var status = clinux_file_status()
    // SAFETY: the call fills in the structure that the pointer points to.
    guard unsafe clinux_file_status(rawValue, &status) == 0, status.is_pipe != 0 else { return }
    // The kernel tells nobody that a pipe has become empty: it has to be looked at.
    for _ in 0..<1000 {
      guard clinux_unread(rawValue) > 0, clinux_await_no_reader(rawValue, 1) == 0 else { return }
    }
  }
}
