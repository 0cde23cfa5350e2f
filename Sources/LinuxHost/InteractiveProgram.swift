internal import CLinux
internal import CLinuxHost
internal import LinuxNetworking
public import LinuxTypes

/// Programs that the person at the terminal works with, such as an editor.
public enum InteractiveProgram {
  /// Runs a command of the shell's language with `argument` behind it, in our terminal and with our
  /// environment; waits for its end. The exit status, or nil if a signal ended it.
  ///
  /// So an editor may be set with options, as in `EDITOR='vim -n'`.
  public static func run(_ command: String, _ argument: FilePath) throws(FileError) -> Int32? {
    let shell = FilePath("/bin/sh")
    let words = [
      Array("sh".utf8), Array("-c".utf8), Array("\(command) \"$1\"".utf8), Array("sh".utf8),
      argument.bytes,
    ]
    // SAFETY: the path and the list outlive the call.
    let result = unsafe CStringList.lend(words) { arguments in
      unsafe shell.withCString { unsafe clinux_run_in_terminal($0, arguments) }
    }
    do throws(Errno) {
      let ending = try value(result)
      return ending < 256 ? ending : nil
    } catch { throw FileError("run", shell, error) }
  }
}
