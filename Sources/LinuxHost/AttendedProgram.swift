internal import CLinux
internal import CLinuxHost
internal import LinuxNetworking
public import LinuxTypes

/// A program that has our place for a while: our terminal, environment and kept descriptors, and
/// the signals that are sent to us. When it ends, there is something left for us to do.
public struct AttendedProgram: ~Copyable {
  private var mask = sigset_t()

  /// From now on a signal ends nothing: it waits for the program. (SIGKILL does not.)
  public init() throws(Errno) {
    // SAFETY: the call fills in the mask that the pointer leads to.
    _ = try value(unsafe clinux_hold_signals(&mask))
  }

  /// Starts the program at `path`, with `arguments`, its own name first. Its number.
  public borrowing func start(_ path: FilePath, _ arguments: [String]) throws(FileError) -> Int32 {
    var mask = mask
    let words = arguments.map { Array($0.utf8) }
    // SAFETY: the path, the list and the mask outlive the call.
    let process = unsafe path.withCString { path in
      unsafe CStringList.lend(words) { unsafe clinux_start_beside(path, $0, &mask) }
    }
    do throws(Errno) { return try value(process) } catch { throw FileError("run", path, error) }
  }

  /// Waits for the end of the program of that number. Its exit status; 128 and the number of the
  /// signal that ended it, as shells have it.
  public borrowing func attend(_ process: Int32) throws(Errno) -> Int32 {
    let ending = try value(clinux_attend(process))
    return ending < 256 ? ending : 128 + ending - 256
  }
}
