internal import CLinuxHost
internal import LinuxTypes

/// Links that stand for something the kernel has, as in `/proc`.
enum SymbolicLink {
  /// What the link at `path` says; nil if it cannot be read.
  static func target(_ path: FilePath) -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let terminated = (path.bytes + [0]).map { CChar(bitPattern: $0) }
    // SAFETY: the path is NUL-terminated, and the call is told how long the buffer is.
    let count = unsafe buffer.withUnsafeMutableBytes { bytes in
      unsafe clinux_read_link(terminated, bytes.baseAddress, bytes.count)
    }
    return count > 0 ? Array(buffer[..<count]) : nil
  }
}
