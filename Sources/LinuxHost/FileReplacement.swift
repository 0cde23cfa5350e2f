internal import CLinux
internal import CLinuxHost
internal import LinuxNetworking
public import LinuxTypes

/// A file that is about to take another's place: written beside it and synced.
///
/// It goes away again unless it is put in place.
public struct FileReplacement: ~Copyable {
  private let path: FilePath
  private let temporary: FilePath
  private var isInPlace = false

  /// Whose a file is, and who may do what with it.
  public struct Rights: Equatable, Sendable {
    /// Its owner and its group.
    public let user: UInt32, group: UInt32
    /// Its permission bits (`man 7 inode`).
    public let mode: UInt32

    /// Those of the file at `path`, links followed.
    public static func of(_ path: FilePath) throws(FileError) -> Rights {
      var status = stat()
      // SAFETY: the path is NUL-terminated; the kernel writes one struct stat.
      let result = unsafe path.withCString { unsafe clinux_stat($0, &status) }
      do throws(Errno) { _ = try value(result) } catch { throw FileError("look at", path, error) }
      return Rights(
        user: status.st_uid, group: status.st_gid, mode: UInt32(status.st_mode) & 0o7777)
    }
  }

  /// Writes `contents` to become the file at `path`: with the rights given, which are those of the
  /// file that is there, and its attributes; or else as the process's own.
  public init(_ path: FilePath, _ contents: [UInt8], mode: UInt32, owned rights: Rights? = nil)
    throws(FileError)
  {
    self.path = path
    temporary = path.parent.appending(".\(path.lastComponent).new")
    do throws(Errno) {
      // What takes another's place is its owner's alone until it has that one's rights.
      let file = try Self.create(temporary, rights == nil ? mode : 0o600)
      if rights != nil { try Self.removeInheritedRights(from: file) }
      try file.write(contents)
      if let rights {
        _ = try value(clinux_fchown(file.rawValue, rights.user, rights.group))
      }
      // The umask may have taken bits away, as a change of owner does.
      _ = try value(clinux_fchmod(file.rawValue, mode))
      if rights != nil { try Self.copyAttributes(of: path, to: file) }
      _ = try value(clinux_fsync(file.rawValue))
    } catch { throw FileError("write", temporary, error) }
  }

  /// Makes the file at `path`: a new one, not what a process that was killed has left there, or
  /// somebody else who may write to the directory and has it open.
  private static func create(_ path: FilePath, _ mode: UInt32) throws(Errno) -> FileDescriptor {
    func attempt() -> Int32 {
      unsafe path.withCString {
        // SAFETY: the path is NUL-terminated and outlives the call.
        unsafe clinux_open($0, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode)
      }
    }
    do throws(Errno) { return FileDescriptor(owning: try value(attempt())) } catch {
      guard error == .exists else { throw error }
      // SAFETY: as above.
      _ = try value(unsafe path.withCString { unsafe clinux_unlink($0) })
      return FileDescriptor(owning: try value(attempt()))
    }
  }

  /// Takes away what the directory gives every new file beside its mode: a default access control
  /// list (`man 5 acl`). The file that is there may have none, or another, which is copied.
  private static func removeInheritedRights(
    from file: borrowing FileDescriptor
  ) throws(Errno) {
    // SAFETY: a static string is NUL-terminated and lives as long as the program.
    let result = unsafe clinux_remove_attribute(file.rawValue, "system.posix_acl_access")
    do throws(Errno) { _ = try value(result) } catch {
      // There is no such list, or the file system has none.
      guard error == Errno(ENODATA) || error == .notSupported else { throw error }
    }
  }

  /// Copies what goes with a file beside its mode: more rights (`man 5 acl`), its label, and what
  /// its owner noted (`man 7 xattr`).
  private static func copyAttributes(
    of path: FilePath, to file: borrowing FileDescriptor
  ) throws(Errno) {
    let present = try FileDescriptor.open(path, flags: O_RDONLY)
    var names = [CChar](repeating: 0, count: Int(XATTR_LIST_MAX))
    let used: Int
    do throws(Errno) {
      // SAFETY: the call fills in no more bytes than it is told there is room for.
      used = try value(unsafe clinux_attributes(present.rawValue, &names, names.count))
    } catch {
      // A file system without attributes.
      if error == .notSupported { return }
      throw error
    }
    for name in names.prefix(used).split(separator: 0) {
      let bytes = name.map { UInt8(bitPattern: $0) }
      guard
        bytes.starts(with: "user.".utf8) || bytes.elementsEqual("system.posix_acl_access".utf8)
          || bytes.elementsEqual("security.selinux".utf8)
      else { continue }
      // SAFETY: the name is NUL-terminated and outlives the call.
      _ = try value(
        unsafe clinux_copy_attribute(present.rawValue, file.rawValue, Array(name) + [0]))
    }
  }

  deinit { if !isInPlace { _ = try? File.remove(temporary) } }

  /// Puts it in place: whoever looks, even after a crash, sees the old file or the new one, whole.
  public consuming func commit() throws(FileError) {
    let renamed = unsafe temporary.withCString { from in
      // SAFETY: both paths are NUL-terminated and outlive the call.
      unsafe path.withCString { to in unsafe clinux_rename(from, to) }
    }
    do throws(Errno) { _ = try value(renamed) } catch {
      throw FileError("replace", path, error)
    }
    isInPlace = true
    try File.sync(path.parent)
  }
}
