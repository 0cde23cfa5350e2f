internal import CLinux
internal import LinuxTypes

/// Where a program's words go: descriptors 1 and 2, written to directly.
public enum StandardStream: Int32, Sendable {
  case output = 1
  case error = 2

  /// Writes all of `text`; what the reader does not take is lost.
  public func write(_ text: String) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let written: Int
      do throws(Errno) {
        // SAFETY: the buffer is valid for the call, which is told its size.
        written = try retrying {
          unsafe rest.withUnsafeBytes { unsafe clinux_write(rawValue, $0.baseAddress, $0.count) }
        }
      } catch { return }
      rest = rest.dropFirst(written)
    }
  }
}
