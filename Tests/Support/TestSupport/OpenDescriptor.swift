internal import CTestSupport
internal import Glibc
internal import Synchronization

/// An open file descriptor that closes when nobody holds it any more.
///
/// A class, unlike the product's own: tests keep descriptors in arrays and compare them.
public final class OpenDescriptor: Sendable {
  private let number: Mutex<Int32>

  /// Takes over an open descriptor.
  public init(owning rawValue: Int32) { number = Mutex(rawValue) }

  deinit { close() }

  /// The number, valid while this object lives and is not closed; then -1.
  public var rawValue: Int32 { number.withLock { $0 } }

  /// Closes it now. Whoever else holds this object has a closed one.
  public func close() {
    number.withLock { number in
      if number >= 0 { Glibc.close(number) }
      number = -1
    }
  }

  /// Opens `path` with `flags` of `man 2 open`; close-on-exec is added.
  public convenience init(path: String, flags: Int32) throws(SystemCallFailure) {
    // SAFETY: the path is lent as a NUL-terminated string for the call.
    let number = unsafe open(path, flags | O_CLOEXEC)
    guard number >= 0 else { throw SystemCallFailure("open \(path)") }
    self.init(owning: number)
  }

  /// Refers to a process of any parent; readable once it has ended (`man 2 pidfd_open`).
  public convenience init(process: Int32) throws(SystemCallFailure) {
    let number = ctest_pidfd_open(process)
    guard number >= 0 else { throw SystemCallFailure("pidfd_open", code: -number) }
    self.init(owning: number)
  }

  /// A pipe: what is written to the second can be read from the first.
  public static func pipe() throws(SystemCallFailure) -> (
    read: OpenDescriptor, write: OpenDescriptor
  ) {
    var ends: [Int32] = [-1, -1]
    // SAFETY: the array has room for the two descriptors that are written.
    let result = unsafe ctest_pipe(&ends)
    guard result == 0 else { throw SystemCallFailure("pipe2", code: -result) }
    return (OpenDescriptor(owning: ends[0]), OpenDescriptor(owning: ends[1]))
  }

  /// A TCP connection over loopback whose end waits for `seconds`, as long as `peer` is not read
  /// from.
  public static func lingering(seconds: Int32) throws(SystemCallFailure) -> (
    own: OpenDescriptor, peer: OpenDescriptor
  ) {
    var peer: Int32 = -1
    // SAFETY: the number outlives the call, which writes one.
    let own = unsafe ctest_lingering(seconds, &peer)
    guard own >= 0 else { throw SystemCallFailure("a lingering socket", code: -own) }
    return (OpenDescriptor(owning: own), OpenDescriptor(owning: peer))
  }

  /// The two ends of a connected Unix socket of this kind.
  public static func socketPair(
    _ kind: SocketKind = .stream
  ) throws(SystemCallFailure) -> (OpenDescriptor, OpenDescriptor) {
    var ends: [Int32] = [-1, -1]
    // SAFETY: the array has room for the two descriptors that socketpair writes.
    guard unsafe socketpair(AF_UNIX, kind.number | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0
    else {
      throw SystemCallFailure("socketpair")
    }
    return (OpenDescriptor(owning: ends[0]), OpenDescriptor(owning: ends[1]))
  }

  /// Sets O_NONBLOCK on the open file.
  public func makeNonBlocking() throws(SystemCallFailure) {
    let flags = fcntl(rawValue, F_GETFL)
    guard flags >= 0, fcntl(rawValue, F_SETFL, flags | O_NONBLOCK) == 0 else {
      throw SystemCallFailure("fcntl O_NONBLOCK")
    }
  }

  /// The descriptors this process has open, as `/proc/self/fd` lists them.
  public static func census() throws(SystemCallFailure) -> Set<Int32> {
    // SAFETY: opendir's result is used only between here and closedir.
    guard let directory = unsafe opendir("/proc/self/fd") else {
      throw SystemCallFailure("opendir /proc/self/fd")
    }
    defer { unsafe closedir(directory) }
    let own = unsafe dirfd(directory)
    var found: Set<Int32> = []
    // SAFETY: an entry and its NUL-terminated name live until the next readdir.
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
        unsafe field.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if let number = Int32(name), number != own { found.insert(number) }
    }
    return found
  }
}

/// The kinds of Unix socket (`man 7 unix`).
public enum SocketKind: Sendable, CaseIterable {
  case stream, datagram, sequentialPacket

  var number: Int32 {
    switch self {
    case .stream: Int32(SOCK_STREAM.rawValue)
    case .datagram: Int32(SOCK_DGRAM.rawValue)
    case .sequentialPacket: Int32(SOCK_SEQPACKET.rawValue)
    }
  }
}

/// A system call that failed, with `errno` as it was then.
public struct SystemCallFailure: Error, Equatable, CustomStringConvertible {
  /// The call and what it was about.
  public let operation: String
  /// The error number, positive.
  public let code: Int32

  /// Records that `operation` failed with `code`.
  public init(_ operation: String, code: Int32) {
    self.operation = operation
    self.code = code
  }

  /// Records that `operation` failed with what `errno` says now.
  init(_ operation: String) { self.init(operation, code: errno) }

  /// The call, and the C library's words for the number.
  public var description: String {
    // SAFETY: strerror returns a string that lives at least until this thread's next call of it.
    "\(operation): \(unsafe String(cString: strerror(code)))"
  }
}
