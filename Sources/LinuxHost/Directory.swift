internal import CLinux
internal import CLinuxHost
internal import LinuxNetworking
public import LinuxTypes

/// Directories by their path.
public enum Directory {
  /// Makes the directory at `path`. Returns false if there is one already.
  @discardableResult
  public static func make(_ path: FilePath, mode: UInt32 = 0o755) throws(FileError) -> Bool {
    // SAFETY: the path is NUL-terminated and outlives the call.
    let result = unsafe path.withCString { unsafe clinux_mkdir($0, mode) }
    do throws(Errno) {
      _ = try value(result)
      // Whatever the mask of who runs us: it would keep others from what is there for all.
      _ = try value(unsafe path.withCString { unsafe clinux_chmod($0, mode) })
      return true
    } catch {
      if error == .exists { return false }
      throw FileError("create the directory", path, error)
    }
  }

  /// Makes the directory at `path` if there is none, to be removed by ``removeIfPassing(_:)`` when
  /// it is empty.
  ///
  /// The mark of such a one is the sticky bit, which is there from the directory's first moment and
  /// means nothing for a directory that only its owner may write to (`man 2 chmod`).
  public static func makePassing(_ path: FilePath) throws(FileError) {
    try make(path, mode: 0o755 | UInt32(S_ISVTX))
  }

  /// Removes the directory at `path` if it is empty and ``makePassing(_:)`` made it, not if anybody
  /// else did.
  public static func removeIfPassing(_ path: FilePath) throws(FileError) {
    var status = stat()
    // SAFETY: the path is NUL-terminated; the kernel writes one struct stat.
    let result = unsafe path.withCString { unsafe clinux_lstat($0, &status) }
    guard result >= 0, UInt32(status.st_mode) & UInt32(S_ISVTX) != 0 else { return }
    try removeIfEmpty(path)
  }

  /// Removes the directory at `path` if it is there and empty. Returns whether it is gone now.
  @discardableResult
  public static func removeIfEmpty(_ path: FilePath) throws(FileError) -> Bool {
    // SAFETY: the path is NUL-terminated and outlives the call.
    let result = unsafe path.withCString { unsafe clinux_rmdir($0) }
    do throws(Errno) {
      _ = try value(result)
      return true
    } catch {
      if error == .noSuchFile { return true }
      // Something is mounted there.
      if error == .busy { return false }
      if error == .exists || error.code == ENOTEMPTY { return false }
      throw FileError("remove the directory", path, error)
    }
  }

  /// The names of what is in the directory at `path`, sorted by their bytes; none if there is no
  /// such directory.
  ///
  /// A name that is not UTF-8 is left out: none of ours is.
  public static func names(_ path: FilePath) throws(FileError) -> [String] {
    var names: [String] = []
    do throws(Errno) {
      let directory = try FileDescriptor.open(path, flags: O_RDONLY | O_DIRECTORY)
      var buffer = [UInt8](repeating: 0, count: 4096)
      while true {
        let count = unsafe buffer.withUnsafeMutableBytes {
          // SAFETY: the pointer and the size are of one buffer of CChar's size and alignment.
          unsafe clinux_directory_names(
            directory.rawValue, $0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count)
        }
        let used = try value(count)
        if used == 0 { break }
        for name in buffer[..<used].split(separator: 0) {
          if let name = String(validating: name, as: UTF8.self) { names.append(name) }
        }
      }
    } catch {
      if error == .noSuchFile || error == .notDirectory { return [] }
      throw FileError("list", path, error)
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}
