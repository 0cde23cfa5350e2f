internal import CLinux
internal import CLinuxHost
internal import LinuxNetworking
public import LinuxTypes

/// Files by their path: whole reads, writes that are whole or not at all, and what else is done
/// with names.
public enum File {
  /// All bytes of the regular file at `path`, nil if there is none. At most 16 MiB.
  public static func read(_ path: FilePath) throws(FileError) -> [UInt8]? {
    do throws(RegularFile.ReadError) {
      return try RegularFile.read(path, maximumSize: 16 << 20).contents
    } catch {
      switch error {
      case .refused(.noSuchFile), .refused(.notDirectory): return nil
      case .refused(let errno): throw FileError("read", path, errno)
      case .notRegular: throw FileError("read, as it is no regular file,", path, .invalid)
      case .tooLarge: throw FileError("read, as it is too large,", path, Errno(EFBIG))
      }
    }
  }

  /// All bytes of what is at `path`, which may be a pipe or a terminal too. Throws, with the
  /// operation `open` or `read`, if there is nothing, or more than `maximumSize` bytes.
  public static func readStream(_ path: FilePath, maximumSize: Int) throws(FileError) -> [UInt8] {
    let file = try opened(path)
    do throws(Errno) {
      return try DescriptorContents.read(file.rawValue, maximumSize: maximumSize)
    } catch { throw FileError("read", path, error) }
  }

  private static func opened(_ path: FilePath) throws(FileError) -> FileDescriptor {
    do throws(Errno) { return try FileDescriptor.open(path, flags: O_RDONLY) } catch {
      throw FileError("open", path, error)
    }
  }

  /// Makes `contents` the file at `path`: written beside it, synced, and renamed onto it.
  ///
  /// Whoever looks, even after a crash, sees the old file or the new one, whole.
  public static func replace(_ path: FilePath, with contents: [UInt8], mode: UInt32 = 0o644)
    throws(FileError)
  {
    try FileReplacement(path, contents, mode: mode).commit()
  }

  /// The path without links that leads to the same file as `path` (`man 3 realpath`).
  public static func withoutLinks(_ path: FilePath) throws(FileError) -> FilePath {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    // SAFETY: the path is NUL-terminated, and the buffer has the PATH_MAX bytes that the call may
    // write.
    let result = unsafe path.withCString { unsafe clinux_real_path($0, &buffer) }
    do throws(Errno) {
      _ = try value(result)
      guard let real = FilePath(buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }) else {
        throw .nameTooLong
      }
      return real
    } catch { throw FileError("look at", path, error) }
  }

  /// Makes an empty file at `path` if there is none. Returns whether there was none.
  @discardableResult
  public static func make(_ path: FilePath, mode: UInt32 = 0o644) throws(FileError) -> Bool {
    let number = unsafe path.withCString {
      // SAFETY: the path is NUL-terminated and outlives the call.
      unsafe clinux_open($0, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode)
    }
    do throws(Errno) {
      _ = FileDescriptor(owning: try value(number))
      return true
    } catch {
      if error == .exists { return false }
      throw FileError("make", path, error)
    }
  }

  /// Writes `contents` into the file that is at `path`, in one call, as `/proc/sys` wants it.
  public static func write(_ contents: [UInt8], into path: FilePath) throws(FileError) {
    do throws(Errno) {
      try FileDescriptor.open(path, flags: O_WRONLY).write(contents)
    } catch { throw FileError("write", path, error) }
  }

  /// Removes the file at `path`. Returns whether there was one.
  @discardableResult
  public static func remove(_ path: FilePath) throws(FileError) -> Bool {
    // SAFETY: the path is NUL-terminated and outlives the call.
    try absentOr("remove", path, unsafe path.withCString { unsafe clinux_unlink($0) })
  }

  /// Makes a symbolic link at `path` that leads to `target`, in place of any file there.
  public static func link(_ path: FilePath, to target: FilePath) throws(FileError) {
    let temporary = path.parent.appending(".\(path.lastComponent).new")
    try remove(temporary)
    let linked = unsafe target.withCString { target in
      // SAFETY: both paths are NUL-terminated and outlive the call.
      unsafe temporary.withCString { unsafe clinux_symlink(target, $0) }
    }
    do throws(Errno) { _ = try value(linked) } catch { throw FileError("link", temporary, error) }
    let renamed = unsafe temporary.withCString { from in
      // SAFETY: as above.
      unsafe path.withCString { unsafe clinux_rename(from, $0) }
    }
    do throws(Errno) { _ = try value(renamed) } catch {
      _ = try? remove(temporary)
      throw FileError("replace", path, error)
    }
    try sync(path.parent)
  }

  /// Whether there is anything at `path`, a link that leads nowhere included, and its size in
  /// bytes.
  public static func size(_ path: FilePath) -> Int64? {
    var status = stat()
    // SAFETY: the path is NUL-terminated; the kernel writes one struct stat.
    let result = unsafe path.withCString { unsafe clinux_lstat($0, &status) }
    return result < 0 ? nil : Int64(status.st_size)
  }

  /// Whether there is anything at `path`.
  public static func exists(_ path: FilePath) -> Bool { size(path) != nil }

  /// Makes what was renamed or removed in the directory at `path` last.
  static func sync(_ path: FilePath) throws(FileError) {
    do throws(Errno) {
      let directory = try FileDescriptor.open(path, flags: O_RDONLY | O_DIRECTORY)
      _ = try value(clinux_fsync(directory.rawValue))
    } catch { throw FileError("sync", path, error) }
  }

  static func absentOr(_ operation: StaticText, _ path: FilePath, _ result: Int32)
    throws(FileError) -> Bool
  {
    do throws(Errno) {
      _ = try value(result)
      return true
    } catch {
      if error == .noSuchFile || error == .notDirectory { return false }
      throw FileError(operation, path, error)
    }
  }
}

extension FileDescriptor {
  /// Writes all of `contents` from here on.
  borrowing func write(_ contents: [UInt8]) throws(Errno) {
    let number = rawValue
    var start = 0
    repeat {
      let from = start
      let written = try retrying {
        unsafe contents.withUnsafeBytes {
          // SAFETY: the pointer is to the bytes from `from` on, and the size says how many those
          // are.
          unsafe clinux_write(number, $0.baseAddress.map { unsafe $0 + from }, $0.count - from)
        }
      }
      start += written
    } while start < contents.count
  }
}
