internal import LinuxHost
internal import LinuxNetworking
internal import LinuxTypes
internal import Synchronization

/// What is said on standard error when something waits for another process for more than a second.
public enum WaitNotice {
  private static let isSilent = Atomic(false)

  /// From now on nothing is said.
  public static func silence() { isSilent.store(true, ordering: .relaxed) }

  /// Takes a lock; `what` is what it is the lock of, in words.
  static func acquire(_ path: FilePath, _ what: String) throws(FileError) -> FileLock {
    if isSilent.load(ordering: .relaxed) { return try FileLock.acquire(path) }
    return try FileLock.acquire(path) { holder in
      var words = "another process"
      if let holder {
        words = "process \(holder.process)"
        let arguments = holder.arguments.joined(separator: " ")
        if !arguments.isEmpty { words += " (\(arguments))" }
      }
      let line = PrintableText.line("waiting for \(words), which holds the lock of \(what)")
      // It may hold other locks already, for as long as nobody reads this.
      if StandardStream.error.hasRoom { StandardStream.error.write(line + "\n") }
    }
  }
}
