internal import CLinux
internal import CLinuxHost
internal import LinuxHost
internal import LinuxNetworking
internal import LinuxTypes

/// Where tapster-helper is.
struct HelperPlace {
  /// Its file, or where that has to be.
  let path: FilePath
  /// Whether a package put this program where it is.
  let isPackaged: Bool

  /// Where the variable TAPSTER_HELPER says, or else in `libexec` beside the `bin` of this program.
  static func find() -> HelperPlace {
    let directory = ownDirectory() ?? FilePath("/usr/bin")
    let isPackaged = directory == FilePath("/usr/bin")
    if let given = ThisProcess.environment("TAPSTER_HELPER"), let path = FilePath(given.utf8) {
      return HelperPlace(path: path, isPackaged: isPackaged)
    }
    let path = directory.parent.appending("libexec").appending("tapster").appending(
      "tapster-helper")
    return HelperPlace(path: path, isPackaged: isPackaged)
  }

  private static func ownDirectory() -> FilePath? {
    SymbolicLink.target(FilePath("/proc/self/exe")).flatMap { FilePath($0) }?.parent
  }
}

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
