internal import LinuxHost
internal import LinuxTypes
internal import NetworkModel

/// Locks. A network's own is taken first, that of ``SharedState`` second.
enum Lock {
  static func network(_ name: NetworkName) throws(EngineError) -> FileLock {
    try take("network-\(name)")
  }

  static func shared() throws(EngineError) -> FileLock { try take("shared") }

  /// Definitions are compared with one another, so one is changed at a time.
  static func definitions() throws(EngineError) -> FileLock { try take("definitions") }

  /// Gives a lock back.
  static func release(_ lock: consuming FileLock) throws(EngineError) {
    do throws(FileError) { try lock.releaseAndRemove() } catch { throw .file(error) }
  }

  /// Removes what is left of `/run/tapster` when nobody uses it; a directory that was there before
  /// us stays.
  static func tidy() throws(EngineError) {
    try files { () throws(FileError) in
      for path in [Places.locks, Places.running, Places.runtime] {
        try Directory.removeIfPassing(path)
      }
    }
  }

  private static func take(_ name: String) throws(EngineError) -> FileLock {
    // Whoever ends removes the directory if it is empty, maybe between our two calls.
    while true {
      try files { () throws(FileError) in
        try Directory.makePassing(Places.runtime)
        do throws(FileError) { try Directory.makePassing(Places.locks) } catch {
          if error.errno != .noSuchFile { throw error }
        }
      }
      do throws(FileError) {
        return try FileLock.acquire(Places.locks.appending(name))
      } catch {
        if error.errno != .noSuchFile { throw .file(error) }
      }
    }
  }
}
