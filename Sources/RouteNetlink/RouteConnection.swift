internal import CNetlink
internal import CNetlinkRoute
internal import LinuxTypes

/// A socket of routing netlink, by way of libnl-route (`man 7 rtnetlink`).
///
/// Every request waits for the kernel's answer, and what it makes is made alone: nothing that
/// exists is changed.
@safe
public struct RouteConnection: ~Copyable {
  private let current: CurrentSocket

  /// Good for one request.
  var socket: OpaquePointer { unsafe current.socket }

  /// Opens one.
  public static func open() throws(RouteError) -> RouteConnection {
    unsafe RouteConnection(current: CurrentSocket(try socket()))
  }

  private init(current: CurrentSocket) { self.current = current }

  private static func socket() throws(RouteError) -> OpaquePointer {
    // SAFETY: the pointer is checked, and its owner, which is the caller or this, frees it once.
    guard let socket = unsafe nl_socket_alloc() else {
      throw error("open", "routing netlink", -NLE_NOMEM)
    }
    var result = unsafe nl_connect(socket, NETLINK_ROUTE)
    if result == 0, unsafe cnetlink_limit_waiting(socket, 10) < 0 { result = -NLE_FAILURE }
    if result < 0 {
      unsafe nl_socket_free(socket)
      throw error("open", "routing netlink", result)
    }
    return unsafe socket
  }

  /// The error of a request that failed.
  ///
  /// The next one gets another socket: where it was the reading that failed, the answer may still
  /// be in the old one, and would be taken for that to what is asked next.
  func failed(_ operation: String, _ subject: String, _ result: Int32) -> RouteError {
    do throws(RouteError) { unsafe current.replace(by: try Self.socket()) } catch {}
    return Self.error(operation, subject, result)
  }

  // MARK: Messages

  func send(
    _ operation: String, _ subject: String, type: Int32, flags: Int32,
    _ body: (OpaquePointer) -> Void
  ) throws(RouteError) {
    // SAFETY: `nl_send_sync` frees the message, whatever becomes of it.
    guard let message = unsafe nlmsg_alloc_simple(type, flags) else {
      throw failed(operation, subject, -NLE_NOMEM)
    }
    unsafe body(message)
    let result = unsafe nl_send_sync(socket, message)
    guard result >= 0 else { throw failed(operation, subject, result) }
  }

  func appendHeader<Header: BitwiseCopyable>(
    _ message: OpaquePointer, _ header: inout Header
  ) {
    // SAFETY: the header is a plain struct of the kernel's, copied whole.
    _ = unsafe nlmsg_append(message, &header, MemoryLayout<Header>.size, 4)
  }

  func append(_ message: OpaquePointer, _ type: Int32, _ bytes: [UInt8]) {
    // SAFETY: pointer and size are of one array.
    _ = unsafe nla_put(message, type, Int32(bytes.count), bytes)
  }

  static func bytes(_ address: OpaquePointer?) -> [UInt8]? {
    // SAFETY: libnl's binary address is as long as it says.
    guard let address = unsafe address, let start = unsafe nl_addr_get_binary_addr(address) else {
      return nil
    }
    let size = unsafe Int(nl_addr_get_len(address))
    return unsafe Array(UnsafeRawBufferPointer(start: start, count: size))
  }

  static func error(_ operation: String, _ subject: String, _ result: Int32) -> RouteError {
    // SAFETY: libnl's words are constants.
    unsafe RouteError(
      operation: operation, subject: subject, code: -result,
      words: String(cString: nl_geterror(result)))
  }
}

/// The socket that a connection uses now.
@safe
private final class CurrentSocket {
  private(set) var socket: OpaquePointer

  init(_ socket: OpaquePointer) { unsafe self.socket = unsafe socket }

  // SAFETY: whoever was lent the socket is done with it when another takes its place.
  func replace(by other: OpaquePointer) {
    unsafe nl_socket_free(socket)
    unsafe socket = unsafe other
  }

  deinit { unsafe nl_socket_free(socket) }
}
