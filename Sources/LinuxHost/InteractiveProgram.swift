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
    let words = [
      Array("sh".utf8), Array("-c".utf8), Array("\(command) \"$1\"".utf8), Array("sh".utf8),
      argument.bytes,
    ]
    return try run(FilePath("/bin/sh"), words, input: nil)
  }

  /// Runs the program at `path` with `arguments` (its own name first), in our terminal and with our
  /// environment and standard descriptors, or `input` as its standard input; waits for its end. The
  /// exit status, or nil if a signal ended it.
  public static func run(
    _ path: FilePath, _ arguments: [String], input: InputFile?
  ) throws(FileError) -> Int32? {
    try run(path, arguments.map { Array($0.utf8) }, input: input)
  }

  private static func run(
    _ path: FilePath, _ words: [[UInt8]], input: InputFile?
  ) throws(FileError) -> Int32? {
    // SAFETY: the path and the list outlive the call.
    let result = unsafe CStringList.lend(words) { arguments in
      unsafe path.withCString {
        unsafe clinux_run_in_terminal($0, arguments, input?.descriptor ?? -1)
      }
    }
    do throws(Errno) {
      let ending = try value(result)
      return ending < 256 ? ending : nil
    } catch { throw FileError("run", path, error) }
  }
}
