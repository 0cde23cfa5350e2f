internal import LinuxHost
internal import LinuxTypes
internal import NetworkModel

/// Locks. A network's own is taken first, that of the definitions second, that of ``SharedState``
/// last; of several networks', that of the first by name first.
enum Lock {
  static func network(_ name: NetworkName) throws(EngineError) -> FileLock {
    try take("network-\(name)", "network '\(name)'")
  }

  static func shared() throws(EngineError) -> FileLock {
    try take("shared", "the firewall and forwarding")
  }

  /// Definitions are compared with one another, so one is changed at a time.
  static func definitions() throws(EngineError) -> FileLock {
    try take("definitions", "the definitions")
  }

  /// The access control list is none of the networks' matters, so nobody holds it with another.
  static func accessList() throws(EngineError) -> FileLock {
    try take("access-list", "the access control list")
  }

  /// Runs `body` under `lock` and lends it the lock's descriptor, then gives the lock back.
  static func hold<Result>(
    _ lock: consuming FileLock, _ body: (Int32) throws(EngineError) -> Result
  ) throws(EngineError) -> Result {
    let result: Result
    do throws(EngineError) { result = try body(lock.descriptor) } catch {
      var failures = Failures()
      failures.add(error)
      do throws(EngineError) { try release(lock) } catch { failures.add(error) }
      try failures.rethrow()
      throw error
    }
    try release(lock)
    return result
  }

  /// Gives a lock back.
  static func release(_ lock: consuming FileLock) throws(EngineError) {
    do throws(FileError) { try lock.releaseAndRemove() } catch { throw .file(error) }
  }

  /// Runs `body`, and then removes what is left of our passing directories when nobody uses them.
  static func tidying<Result>(_ body: () throws(EngineError) -> Result) throws(EngineError)
    -> Result
  {
    defer { tidy() }
    return try body()
  }

  /// Removes locks that somebody who was killed left, and those of our directories that are empty;
  /// one that was there before us stays.
  ///
  /// That it fails is no reason to say that a command has failed which did all that it was asked
  /// to do; who comes next tidies up too.
  private static func tidy() {
    for name in (try? Directory.names(Places.locks)) ?? [] {
      try? FileLock.removeIfAbandoned(Places.locks.appending(name))
    }
    for path in Places.passing { try? Directory.removeIfPassing(path) }
  }

  private static func take(_ name: String, _ what: String) throws(EngineError) -> FileLock {
    try files { () throws(FileError) in
      try Places.inPassing([Places.runtime, Places.locks]) { () throws(FileError) in
        try WaitNotice.acquire(Places.locks.appending(name), what)
      }
    }
  }
}

/// A lock among others that are held together.
final class HeldLock {
  private var lock: FileLock?
  /// Its descriptor, to give to children.
  let descriptor: Int32

  init(_ lock: consuming FileLock) {
    descriptor = lock.descriptor
    self.lock = consume lock
  }

  /// Gives it back.
  func release() throws(EngineError) {
    if let lock = lock.take() { try Lock.release(lock) }
  }
}
