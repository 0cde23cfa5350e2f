internal import CTestSupport
internal import Glibc

/// A connection of whole messages (AF_UNIX, SOCK_SEQPACKET) to a program in a testbed, as one of
/// the users.
public struct MessageConnection: Sendable {
  /// The socket.
  public let descriptor: OpenDescriptor

  /// One message, and what came with it.
  public struct Message: Sendable {
    /// Its bytes; none at the end of the connection.
    public let bytes: [UInt8]
    /// The descriptors in it.
    public let descriptors: [OpenDescriptor]
    /// The bytes after the first as text.
    public var text: String { String(decoding: bytes.dropFirst(), as: UTF8.self) }
  }

  /// Connects to the socket at `path` of the testbed, as `credentials`. Throws what `connect` did.
  public init(to path: String, of testbed: Testbed, as credentials: Credentials) throws {
    try self.init(to: try .reference(to: testbed.root + path), as: credentials)
  }

  /// Connects to the socket that is the file behind `file`, opened with O_PATH.
  public init(to file: OpenDescriptor, as credentials: Credentials) throws(SystemCallFailure) {
    // SAFETY: the array has as many groups as the call is told.
    let number = unsafe ctest_connect_as(
      file.rawValue, credentials.user, credentials.group, credentials.groups,
      credentials.groups.count)
    guard number >= 0 else { throw SystemCallFailure("connect", code: -number) }
    descriptor = OpenDescriptor(owning: number)
  }

  /// The connection that somebody made to `listener`.
  public init(acceptedBy listener: OpenDescriptor) throws(SystemCallFailure) {
    var address = [CChar](repeating: 0, count: 64)
    var port: UInt16 = 0
    // SAFETY: the array has the 64 bytes that may be written.
    let number = unsafe ctest_accept(listener.rawValue, &address, &port)
    guard number >= 0 else { throw SystemCallFailure("accept", code: -number) }
    descriptor = OpenDescriptor(owning: number)
  }

  /// Sends one message, with descriptors.
  public func send(_ bytes: [UInt8], _ descriptors: [OpenDescriptor] = [])
    throws(SystemCallFailure)
  {
    let numbers = descriptors.map(\.rawValue)
    // SAFETY: both arrays have the sizes that the call is told.
    let sent = unsafe ctest_send(
      descriptor.rawValue, bytes, bytes.count, numbers, numbers.count)
    guard sent == bytes.count else { throw SystemCallFailure("sendmsg", code: Int32(-sent)) }
    withExtendedLifetime(descriptors) {}
  }

  /// Sends arguments as the broker takes them, a NUL behind each.
  public func ask(_ arguments: [String]) throws(SystemCallFailure) {
    try send(arguments.flatMap { Array($0.utf8) + [0] })
  }

  /// The next message, or the end of the connection; nil if neither came within `timeout`.
  public func receive(within timeout: Duration = .patience) throws(SystemCallFailure) -> Message? {
    guard try Deadline(after: timeout).awaitReadable(descriptor.rawValue) else { return nil }
    var numbers = [Int32](repeating: -1, count: 253)
    var bytes = [UInt8](repeating: 0, count: 65536)
    var received = ctest_received()
    // SAFETY: each pointer is lent with the count of what it points to.
    let result = unsafe ctest_receive(
      descriptor.rawValue, &bytes, bytes.count, &numbers, numbers.count, &received)
    guard result == 0 else {
      // The other end closed with something of ours unread.
      if -result == ECONNRESET { return Message(bytes: [], descriptors: []) }
      throw SystemCallFailure("recvmsg", code: -result)
    }
    return Message(
      bytes: Array(bytes[..<received.length]),
      descriptors: numbers[..<received.descriptors].map { OpenDescriptor(owning: $0) })
  }

  /// Closes it.
  public func close() { descriptor.close() }
}

extension OpenDescriptor {
  /// Refers to the file at `path`, whatever it is, without opening it (O_PATH).
  public static func reference(to path: String) throws(SystemCallFailure) -> OpenDescriptor {
    try OpenDescriptor(path: path, flags: ctest_O_PATH)
  }

  /// A socket of that kind that listens at `path`, mode 0666.
  public static func listening(at path: String) throws(SystemCallFailure) -> OpenDescriptor {
    // SAFETY: the path is lent as a NUL-terminated string for the call.
    let number = unsafe ctest_listen(path)
    guard number >= 0 else { throw SystemCallFailure("listen at \(path)", code: -number) }
    return OpenDescriptor(owning: number)
  }
}
