internal import CLinux
internal import CLinuxHost
internal import LinuxNetworking
public import LinuxTypes

/// A lock that one process holds at a time, by way of a file (`man 2 flock`).
///
/// It is held until every copy of its descriptor is closed: a child that was given one goes on
/// holding it when this process is killed, and so whoever comes next waits until that child has
/// done its work.
public struct FileLock: ~Copyable {
  private let file: FileDescriptor
  private let path: FilePath

  /// Waits for the lock at `path` and takes it. The file is made if it is not there.
  ///
  /// `notice`, if it is given, is told after a second who holds the lock, as far as that can be
  /// seen; once.
  public static func acquire(
    _ path: FilePath, notice: ((LockHolder?) -> Void)? = nil
  ) throws(FileError) -> FileLock {
    var notice = notice
    do throws(Errno) {
      while true {
        let number = unsafe path.withCString {
          // SAFETY: the path is NUL-terminated and outlives the call.
          unsafe clinux_open($0, O_RDWR | O_CREAT | O_NOFOLLOW, 0o600)
        }
        let file = FileDescriptor(owning: try value(number))
        do throws(Errno) { try lock(file, &notice) } catch {
          // The file is nobody's if the lock can be had after all; else its holder removes it.
          if clinux_try_lock_exclusively(file.rawValue) >= 0, try isAt(path, file) {
            _ = try? File.remove(path)
          }
          throw error
        }
        // Its last holder may have removed the file while we waited; then the lock is of a file
        // nobody will find.
        if try isAt(path, file) { return FileLock(file: file, path: path) }
      }
    } catch { throw FileError("lock", path, error) }
  }

  private static func lock(
    _ file: borrowing FileDescriptor, _ notice: inout ((LockHolder?) -> Void)?
  ) throws(Errno) {
    do throws(Errno) { _ = try value(clinux_try_lock_exclusively(file.rawValue)) } catch {
      guard error == .wouldBlock else { throw error }
      if let tell = notice {
        do throws(Errno) {
          _ = try value(clinux_lock_exclusively_within(file.rawValue, 1000))
          return
        } catch { if error != .interrupted { throw error } }
        notice = nil
        tell(LockHolder.find(file))
      }
      _ = try retrying { clinux_lock_exclusively(file.rawValue) }
    }
  }

  /// Removes the file of a lock that nobody holds: whoever did was killed.
  public static func removeIfAbandoned(_ path: FilePath) throws(FileError) {
    let abandoned: FileLock
    do throws(Errno) {
      let file = try FileDescriptor.open(path, flags: O_RDWR | O_NOFOLLOW)
      guard clinux_try_lock_exclusively(file.rawValue) >= 0, try isAt(path, file) else { return }
      abandoned = FileLock(file: file, path: path)
    } catch {
      if error == .noSuchFile { return }
      throw FileError("lock", path, error)
    }
    // Who waits for it meanwhile finds the file gone, and makes another.
    try abandoned.releaseAndRemove()
  }

  /// The descriptor, to give to children.
  public var descriptor: Int32 { file.rawValue }

  /// Gives the lock back and removes its file.
  public consuming func releaseAndRemove() throws(FileError) { try File.remove(path) }

  private init(file: consuming FileDescriptor, path: FilePath) {
    self.file = file
    self.path = path
  }

  private static func isAt(_ path: FilePath, _ file: borrowing FileDescriptor) throws(Errno) -> Bool
  {
    var held = stat()
    var found = stat()
    // SAFETY: the kernel writes one struct stat each.
    _ = try value(unsafe clinux_fstat(file.rawValue, &held))
    let result = unsafe path.withCString { unsafe clinux_lstat($0, &found) }
    if result == -ENOENT { return false }
    _ = try value(result)
    return held.st_ino == found.st_ino && held.st_dev == found.st_dev
  }
}
