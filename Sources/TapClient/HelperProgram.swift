internal import LinuxHost
public import LinuxTypes

/// `tapster-helper`, which makes taps for whoever may have them.
public enum HelperProgram {
  /// Where it is, or has to be: where TAPSTER_HELPER says, or in `libexec` beside the `bin` of our
  /// own executable, as it is installed. Nil if neither can be told.
  public static var path: FilePath? {
    if let said = ThisProcess.environment("TAPSTER_HELPER") {
      return FilePath(Array(said.utf8))
    }
    return ThisProcess.executable()?.parent.parent.appending("libexec").appending("tapster")
      .appending("tapster-helper")
  }

  /// Runs it to its end; its descriptor 3 is `socket`, if one is given. What it wrote on standard
  /// output. Throws its refusal.
  static func run(_ options: [String], socket: Int32? = nil) throws(TapClientError) -> [UInt8] {
    let ending: ChildProcess.Ending
    guard let path, File.exists(path) else { throw .noHelper(path) }
    do throws(FileError) {
      let child = try ChildProcess.start(
        path, ["tapster-helper"] + options, keeping: socket.map { [$0] } ?? [])
      do throws(Errno) { ending = try child.wait() } catch {
        throw FileError("wait for", path, error)
      }
    } catch { throw .notRun(error) }
    guard let status = ending.status else { throw .died }
    if status == 0 { return ending.standardOutput }
    throw .refused(HelperRefusal(status: status, message: ending.standardError))
  }
}
