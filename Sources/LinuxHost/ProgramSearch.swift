internal import CLinux
internal import CLinuxHost
internal import LinuxNetworking
public import LinuxTypes

/// Where programs are found.
public enum ProgramSearch {
  /// The file `name` in the first directory of PATH that has it, or of the system's directories if
  /// PATH is not set.
  ///
  /// Only absolute directories count: root's search must not depend on where root stands.
  public static func find(_ name: String) -> FilePath? {
    var directories = "/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin"
    // SAFETY: no other thread changes the environment; the text is copied at once.
    if let variable = unsafe getenv("PATH") { directories = unsafe String(cString: variable) }
    for directory in directories.split(separator: ":") where directory.hasPrefix("/") {
      guard let directory = FilePath(Array(directory.utf8)) else { continue }
      let path = directory.appending(name)
      if File.exists(path) { return path }
    }
    return nil
  }
}
