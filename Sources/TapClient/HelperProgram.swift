internal import LinuxHost
public import LinuxTypes

/// `tapster-helper`, which makes taps for whoever may have them.
public enum HelperProgram {
  /// Where it is: what TAPSTER_HELPER says, or `../libexec/tapster/tapster-helper` from our own
  /// executable, as it is installed.
  public static func locate() throws(TapClientError) -> FilePath {
    if let said = ThisProcess.environment("TAPSTER_HELPER") {
      guard let path = FilePath(Array(said.utf8)) else { throw .noHelper(nil) }
      return path
    }
    guard let own = ThisProcess.executable() else { throw .noHelper(nil) }
    let path = own.parent.parent.appending("libexec").appending("tapster")
      .appending("tapster-helper")
    guard File.exists(path) else { throw .noHelper(path) }
    return path
  }

  /// Runs it to its end; its descriptor 3 is `socket`, if one is given. What it wrote on standard
  /// output. Throws its refusal.
  static func run(_ options: [String], socket: Int32? = nil) throws(TapClientError) -> [UInt8] {
    let ending: ChildProcess.Ending
    let path = try locate()
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
