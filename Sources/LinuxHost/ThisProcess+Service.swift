internal import CLinux
internal import CLinuxHost
internal import LinuxNetworking
public import LinuxTypes

/// What a process of root's does that serves others.
extension ThisProcess {
  /// Forgets what the one who started us, and may not be root, has set and we would go by: signals
  /// that are blocked or ignored, timers, limits, the mask of new files' modes, its place behind
  /// all others. His terminal does not stop us any more, who may hold locks. Throws what the kernel
  /// refused.
  public static func forgetCaller() throws(Errno) {
    _ = try value(clinux_reset_signals())
    _ = try value(clinux_stop_timers())
    _ = try value(clinux_lift_limits())
    _ = try value(clinux_lift_priority())
    _ = try value(clinux_ignore_stops())
    _ = clinux_set_umask(0o022)
  }

  /// Becomes the program at `path` with `arguments`, its own name first, with our standard
  /// descriptors and `kept` as descriptor 3. Its environment is PATH and LC_ALL=C alone.
  ///
  /// Comes back only by throwing.
  public static func becomeService(
    _ path: FilePath, _ arguments: [String], keeping kept: Int32
  ) throws(FileError) -> Never {
    let words = arguments.map { Array($0.utf8) }
    let variables = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"].map { Array($0.utf8) }
    let result = unsafe CStringList.lend(words) { arguments in
      unsafe CStringList.lend(variables) { environment in
        // SAFETY: both lists end with NULL and, like the path, outlive the call.
        unsafe path.withCString {
          unsafe clinux_become_program($0, arguments, environment, kept)
        }
      }
    }
    throw FileError("run", path, Errno(-result))
  }
}
