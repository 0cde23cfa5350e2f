internal import CLinux
internal import CLinuxHost
internal import LinuxNetworking
public import LinuxTypes

/// The program that this process is, and the one that it becomes.
extension ThisProcess {
  /// The path of its own executable (`man 5 proc_pid_exe`); nil if that cannot be told.
  public static func executable() -> FilePath? {
    // One more than the longest path: one that is cut is none.
    let path = unsafe [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
      // SAFETY: the path is NUL-terminated; the call writes no more than the size that it is told,
      // and says how much.
      let length = unsafe clinux_read_link("/proc/self/exe", buffer.baseAddress, buffer.count)
      count = max(0, length)
    }
    return FilePath(path)
  }

  /// Who started it.
  public static var user: UserID? { UserID(clinux_real_user()) }

  /// Leaves the descriptor of that number open for the program that it becomes, or that it starts
  /// beside itself.
  public static func keepOnExec(_ descriptor: Int32) throws(Errno) {
    _ = try value(clinux_keep_on_exec(descriptor))
  }

  /// Becomes the program at `path`, with `arguments`, its own name first, our environment and the
  /// descriptors that are kept. Returns never: throws if it cannot be.
  public static func become(_ path: FilePath, _ arguments: [String]) throws(FileError) -> Never {
    let words = arguments.map { Array($0.utf8) }
    // SAFETY: the path and the list outlive the call, which copies them or fails.
    let result = unsafe path.withCString { path in
      unsafe CStringList.lend(words) { unsafe clinux_exec(path, $0) }
    }
    throw FileError("run", path, Errno(-result))
  }
}
