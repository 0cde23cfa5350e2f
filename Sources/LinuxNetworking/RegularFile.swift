internal import CLinux
public import LinuxTypes

/// What a regular file held when it was read, and whose it was (`man 7 inode`).
public struct RegularFile: Sendable {
  /// All its bytes.
  public let contents: [UInt8]
  /// Its owner's number, as `stat` gives it.
  public let owner: UInt32
  /// What tells it from every other file, whatever path leads to it.
  public let identity: Identity
  /// Whether its group or everybody may write to it (mode bits 020 and 002).
  public let isWritableByOthers: Bool

  /// A file system and the number of a file in it (`st_dev` and `st_ino`).
  public struct Identity: Equatable, Sendable {
    let device: UInt64
    let inode: UInt64
  }

  /// A file of root's that is not there yet, with `contents`.
  public init(planned contents: [UInt8]) {
    // No file has the number 0 (`man 2 getdents`).
    self.init(
      contents: contents, owner: 0, identity: Identity(device: 0, inode: 0),
      isWritableByOthers: false)
  }

  /// This file as it is going to be, with other contents.
  public func holding(_ contents: [UInt8]) -> RegularFile {
    RegularFile(
      contents: contents, owner: owner, identity: identity, isWritableByOthers: isWritableByOthers)
  }

  private init(
    contents: [UInt8], owner: UInt32, identity: Identity, isWritableByOthers: Bool
  ) {
    self.contents = contents
    self.owner = owner
    self.identity = identity
    self.isWritableByOthers = isWritableByOthers
  }

  /// Why a file was not read.
  public enum ReadError: Error, Equatable, Sendable {
    /// The kernel refused to open or to read it.
    case refused(Errno)
    /// It is a directory, a device, a pipe or a socket.
    case notRegular
    /// It is larger than the caller of `read` takes.
    case tooLarge
  }

  /// Reads the file at `path`, following links, with the rights that the process has now.
  ///
  /// Opening neither blocks (a pipe) nor acquires a terminal. No more than `maximumSize` bytes are
  /// read.
  public static func read(_ path: FilePath, maximumSize: Int) throws(ReadError) -> RegularFile {
    let file: FileDescriptor
    do throws(Errno) {
      file = try FileDescriptor.open(path, flags: O_RDONLY | O_NONBLOCK | O_NOCTTY)
    } catch { throw .refused(error) }

    var status = clinux_file_status()
    do throws(Errno) {
      // SAFETY: the call fills in one structure, which is what the pointer points to.
      _ = try value(unsafe clinux_file_status(file.rawValue, &status))
    } catch { throw .refused(error) }
    guard status.is_regular != 0 else { throw .notRegular }
    guard status.size <= maximumSize else { throw .tooLarge }

    let contents: [UInt8]?
    do throws(Errno) {
      contents = try file.readToEnd(sizeHint: Int(status.size), maximumSize: maximumSize)
    } catch { throw .refused(error) }
    guard let contents else { throw .tooLarge }
    return RegularFile(
      contents: contents, owner: status.owner,
      identity: Identity(device: status.device, inode: status.inode),
      isWritableByOthers: status.is_writable_by_others != 0)
  }

  /// Whether there is a symbolic link at `path`, wherever it may lead.
  public static func isLink(_ path: FilePath) -> Bool {
    do throws(Errno) { return try FileState.read(path)?.isLink ?? false } catch { return false }
  }
}

extension FileDescriptor {
  /// Opens `path` with the flags of `man 2 open`, and O_CLOEXEC; `mode` is that of a file it makes.
  public static func open(_ path: FilePath, flags: Int32, mode: UInt32 = 0) throws(Errno)
    -> FileDescriptor
  {
    // SAFETY: the path is NUL-terminated and outlives the call, which does not keep it.
    let number = unsafe path.withCString { unsafe clinux_open($0, flags, mode) }
    return FileDescriptor(owning: try value(number))
  }

  /// Reads from here to the end; nil if there are more than `maximumSize` bytes.
  ///
  /// `sizeHint` is how many are expected: with a right one, two reads do.
  borrowing func readToEnd(sizeHint: Int, maximumSize: Int) throws(Errno) -> [UInt8]? {
    var contents: [UInt8] = []
    // Files below /proc say that they are empty, and some are there for the first read only.
    var room = max(64, sizeHint + 1)
    while true {
      let start = contents.count
      let number = rawValue
      var failure: Errno?
      // SAFETY: the closure initialises exactly as many bytes as the kernel says that it wrote.
      let chunk = unsafe [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
        let read = unsafe clinux_read(number, buffer.baseAddress, buffer.count)
        if read < 0 { failure = Errno(Int32(-read)) } else { count = read }
      }
      if let failure {
        if failure == .interrupted { continue }
        throw failure
      }
      if chunk.isEmpty { return contents }
      if start == 0 { contents = chunk } else { contents += chunk }
      if contents.count > maximumSize { return nil }
      room = max(64, sizeHint + 1 - contents.count)
    }
  }
}

extension RegularFile.ReadError: CustomStringConvertible {
  /// What is wrong, in words.
  public var description: String {
    switch self {
    case .refused(let errno): errno.description
    case .notRegular: "not a regular file"
    case .tooLarge: "too large"
    }
  }
}
