internal import CLinux
internal import CLinuxHost
internal import LinuxNetworking
public import LinuxTypes

/// Directories that are watched for names that come and go (`man 7 inotify`), and the wish of the
/// person at the terminal that it may end.
public struct DirectoryWatch: ~Copyable {
  /// One directory that is watched.
  public struct Watch: Hashable, Sendable {
    let number: Int32
  }

  /// What happened.
  public struct Event: Sendable {
    /// Its kinds.
    public enum Kind: Sendable {
      /// The name was made.
      case appeared
      /// The file, made before, was written and closed.
      case written
      /// A file took the name that had another one.
      case renamedTo
      /// The name is gone.
      case gone
      /// Some events are missing.
      case lost
      /// The directory itself is gone.
      case ended
    }

    /// In which directory.
    public let watch: Watch
    /// What happened.
    public let kind: Kind
    /// Whether the name is a directory's.
    public let isDirectory: Bool
    /// The name; nil if it is not UTF-8, or of no matter.
    public let name: String?
  }

  /// Why a wait ended.
  public enum Reason: Sendable {
    /// Something happened.
    case event
    /// SIGINT or SIGTERM came.
    case interrupt
    /// The time was over.
    case timeout
  }

  private let notifications: FileDescriptor
  private let interrupts: FileDescriptor

  /// Watches nothing yet. SIGINT and SIGTERM no longer end the process, but a wait.
  public static func open() throws(Errno) -> DirectoryWatch {
    DirectoryWatch(
      notifications: FileDescriptor(owning: try value(clinux_watch_open())),
      interrupts: FileDescriptor(owning: try value(clinux_interrupts())))
  }

  private init(notifications: consuming FileDescriptor, interrupts: consuming FileDescriptor) {
    self.notifications = notifications
    self.interrupts = interrupts
  }

  /// Watches the directory at `path`; nil if there is none. One that is watched already stays so.
  public borrowing func add(_ path: FilePath) throws(FileError) -> Watch? {
    let number = notifications.rawValue
    // SAFETY: the path is NUL-terminated and outlives the call.
    let result = unsafe path.withCString { unsafe clinux_watch_add(number, $0) }
    do throws(Errno) { return Watch(number: try value(result)) } catch {
      if error == .noSuchFile || error == .notDirectory { return nil }
      throw FileError("watch", path, error)
    }
  }

  /// Waits until something happens, or not longer than `milliseconds`; nil for ever.
  public borrowing func wait(milliseconds: Int32?) throws(Errno) -> Reason {
    let numbers = (notifications.rawValue, interrupts.rawValue)
    let result = try value(clinux_poll_either(numbers.0, numbers.1, milliseconds ?? -1))
    // What happened before the interrupt is told before it.
    if result & 1 != 0 { return .event }
    return result == 0 ? .timeout : .interrupt
  }

  /// What has happened since, oldest first; none if nothing has.
  public borrowing func read() throws(Errno) -> [Event] {
    var events = [clinux_watch_event](repeating: clinux_watch_event(), count: 16)
    let number = notifications.rawValue
    // SAFETY: the call fills in no more events than there are, and says how many.
    let count = try retrying { unsafe clinux_watch_read(number, &events, 16) }
    return events[..<count].map { event in
      let kind: Event.Kind =
        switch UInt32(event.kind) {
        case CLINUX_WATCH_APPEARED.rawValue: .appeared
        case CLINUX_WATCH_WRITTEN.rawValue: .written
        case CLINUX_WATCH_RENAMED_TO.rawValue: .renamedTo
        case CLINUX_WATCH_GONE.rawValue: .gone
        case CLINUX_WATCH_ENDED.rawValue: .ended
        default: .lost
        }
      // SAFETY: the name is NUL-terminated within its array.
      let bytes = unsafe withUnsafeBytes(of: event.name) { unsafe Array($0.prefix { $0 != 0 }) }
      return Event(
        watch: Watch(number: event.watch), kind: kind, isDirectory: event.is_directory != 0,
        name: bytes.isEmpty ? nil : String(validating: bytes, as: UTF8.self))
    }
  }
}
