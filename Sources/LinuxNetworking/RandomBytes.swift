internal import CLinux
public import LinuxTypes

/// Bytes that nobody can foretell (`man 3 getentropy`).
public enum RandomBytes {
  /// `count` of them, at most 256.
  public static func make(_ count: Int) throws(Errno) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    // SAFETY: the array has the size that the call is told.
    _ = try value(unsafe clinux_random(&bytes, count))
    return bytes
  }
}
