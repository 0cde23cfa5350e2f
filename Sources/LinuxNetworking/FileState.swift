internal import CLinux
public import LinuxTypes

/// What there is at a path, of whatever kind, a link itself included (`man 7 inode`).
public struct FileState: Equatable, Sendable {
  /// What tells it from every other file.
  public let identity: RegularFile.Identity
  /// Its owner's number.
  public let owner: UInt32
  /// Whether its group or everybody may write to it.
  public let isWritableByOthers: Bool
  /// Whether it is a symbolic link.
  public let isLink: Bool
  /// Whether it is a directory.
  public let isDirectory: Bool
  /// Whether it is a socket.
  public let isSocket: Bool

  /// What is at `path`; nil if nothing is.
  public static func read(_ path: FilePath) throws(Errno) -> FileState? {
    let file: FileDescriptor
    do throws(Errno) {
      file = try FileDescriptor.open(path, flags: clinux_O_PATH | O_NOFOLLOW)
    } catch {
      guard error == .noSuchFile else { throw error }
      return nil
    }
    var status = clinux_file_status()
    // SAFETY: the call fills in one structure, which is what the pointer points to.
    _ = try value(unsafe clinux_file_status(file.rawValue, &status))
    return FileState(
      identity: RegularFile.Identity(device: status.device, inode: status.inode),
      owner: status.owner, isWritableByOthers: status.is_writable_by_others != 0,
      isLink: status.is_link != 0, isDirectory: status.is_directory != 0,
      isSocket: status.is_socket != 0)
  }
}
