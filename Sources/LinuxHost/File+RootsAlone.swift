internal import CLinux
internal import CLinuxHost
public import LinuxTypes

extension File {
  /// Whether what is at `path`, and every directory that it is in, belongs to root, and nobody else
  /// may write to one of them: then only root can have put another file there.
  public static func isRootsAlone(_ path: FilePath) -> Bool {
    var path = path
    while true {
      // SAFETY: the path is NUL-terminated and outlives the call.
      guard unsafe path.withCString({ unsafe clinux_is_roots_alone($0) }) == 1 else { return false }
      if path.bytes == Array("/".utf8) { return true }
      path = path.parent
    }
  }
}
