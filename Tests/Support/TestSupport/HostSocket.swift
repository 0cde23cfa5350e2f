internal import CTestSupport
internal import Glibc

/// A socket of one of a testbed's hosts, that never waits unless told to.
///
/// Addresses are text: `192.0.2.1`, `2001:db8::1` or `fe80::1%eth0`.
public final class HostSocket: Sendable {
  /// What it carries.
  public enum Kind: String, Sendable {
    /// Datagrams.
    case udp
    /// A connection.
    case tcp
    /// Messages of ICMP or ICMPv6 with their headers (`man 7 raw`); of IPv4 with the IP header when
    /// they are received.
    case icmp
    /// Whole Ethernet frames (`man 7 packet`).
    case frames
  }

  /// What came, and from where.
  public struct Received: Sendable {
    /// The bytes.
    public var bytes: [UInt8]
    /// The sender's address.
    public var address: String
    /// The sender's port; 0 where there are none.
    public var port: UInt16
    /// The bytes as text.
    public var text: String { String(decoding: bytes, as: UTF8.self) }
  }

  private let descriptor: OpenDescriptor

  init(network: OpenDescriptor, _ kind: Kind, isIPv6: Bool) throws(SystemCallFailure) {
    let family = isIPv6 ? AF_INET6 : AF_INET
    let (domain, type, number): (Int32, Int32, Int32) =
      switch kind {
      case .udp: (family, Int32(SOCK_DGRAM.rawValue), 0)
      case .tcp: (family, Int32(SOCK_STREAM.rawValue), 0)
      case .icmp:
        (
          family, Int32(SOCK_RAW.rawValue),
          isIPv6 ? Int32(IPPROTO_ICMPV6) : Int32(IPPROTO_ICMP)
        )
      // Bound to no protocol: it sees nothing before `watch`.
      case .frames: (AF_PACKET, Int32(SOCK_RAW.rawValue), 0)
      }
    descriptor = OpenDescriptor(
      owning: try Self.check(
        "socket", ctest_socket(network.rawValue, domain, type, number)))
  }

  private init(_ descriptor: OpenDescriptor) { self.descriptor = descriptor }

  /// Takes an address and a port of its host's for its own; port 0 for any.
  public func bind(_ address: String, _ port: UInt16 = 0) throws(SystemCallFailure) {
    // SAFETY: the text is lent as a NUL-terminated string for the call.
    try Self.check("bind \(address)", unsafe ctest_bind(descriptor.rawValue, address, port))
  }

  /// Lets others connect.
  public func listen() throws(SystemCallFailure) {
    guard Glibc.listen(descriptor.rawValue, 64) == 0 else { throw SystemCallFailure("listen") }
  }

  /// Starts to connect. Of UDP it is done then; of TCP ``isConnected`` tells.
  public func connect(_ address: String, _ port: UInt16) throws(SystemCallFailure) {
    // SAFETY: as in bind.
    let result = unsafe ctest_connect(descriptor.rawValue, address, port)
    guard result != -EINPROGRESS else { return }
    try Self.check("connect \(address)", result)
  }

  /// Whether a connection stands. Throws why it does not come about.
  public var isConnected: Bool {
    get throws(SystemCallFailure) {
      try Self.check("connect", ctest_socket_error(descriptor.rawValue))
      let state = try Deadline(after: .zero).poll([(descriptor.rawValue, POLLOUT)])[0]
      return state & POLLOUT != 0 && state & (POLLHUP | POLLERR) == 0
    }
  }

  /// Waits until a connection stands; false if it does not within `timeout`. Throws why it does not
  /// come about.
  public func connects(within timeout: Duration) throws(SystemCallFailure) -> Bool {
    _ = try Deadline(after: timeout).poll([(descriptor.rawValue, POLLOUT)])
    return try isConnected
  }

  /// Waits until something came to one of several sockets, be it an error; false if nothing does.
  public static func awaitAny(
    of sockets: [HostSocket], within timeout: Duration
  ) throws(SystemCallFailure) -> Bool {
    try Deadline(after: timeout).poll(sockets.map { ($0.descriptor.rawValue, POLLIN) })
      .contains { $0 != 0 }
  }

  /// Sends to where it is connected.
  public func send(_ text: String) throws(SystemCallFailure) {
    let bytes = Array(text.utf8)
    // SAFETY: send reads no more than the array has.
    let sent = unsafe Glibc.send(
      descriptor.rawValue, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    guard sent == bytes.count else { throw SystemCallFailure("send") }
  }

  /// Sends one message.
  public func send(
    _ bytes: [UInt8], to address: String, _ port: UInt16 = 0
  ) throws(SystemCallFailure) {
    // SAFETY: the call reads no more than the array has, and the text as in bind.
    let sent = unsafe ctest_send_to(descriptor.rawValue, address, port, bytes, bytes.count)
    try Self.check("send to \(address)", Int32(clamping: sent))
  }

  /// What is there now; nil if there is nothing. Of a connection that has ended, no bytes.
  ///
  /// Throws what an ICMP error or a reset made of what was sent before.
  public func receive() throws(SystemCallFailure) -> Received? {
    var bytes = [UInt8](repeating: 0, count: 2048)
    var address = [CChar](repeating: 0, count: 64)
    var port: UInt16 = 0
    // SAFETY: each array is lent with its own count, the address with the 64 bytes that are asked.
    let count = unsafe ctest_receive_from(
      descriptor.rawValue, &bytes, bytes.count, &address, &port)
    if count == -EAGAIN { return nil }
    try Self.check("receive", Int32(clamping: count))
    return Received(bytes: Array(bytes[..<count]), address: Self.text(address), port: port)
  }

  /// What is there or comes within `timeout`; nil if nothing does.
  public func receive(within timeout: Duration) throws(SystemCallFailure) -> Received? {
    guard try Deadline(after: timeout).awaitReadable(descriptor.rawValue) else { return nil }
    return try receive()
  }

  /// A connection that was made to it; nil if there is none.
  public func accept() throws(SystemCallFailure) -> (
    socket: HostSocket, address: String, port: UInt16
  )? {
    var address = [CChar](repeating: 0, count: 64)
    var port: UInt16 = 0
    // SAFETY: as in receive.
    let number = unsafe ctest_accept(descriptor.rawValue, &address, &port)
    if number == -EAGAIN { return nil }
    try Self.check("accept", number)
    return (HostSocket(OpenDescriptor(owning: number)), Self.text(address), port)
  }

  /// As above, waiting for one.
  public func accept(within timeout: Duration) throws(SystemCallFailure) -> (
    socket: HostSocket, address: String, port: UInt16
  )? {
    guard try Deadline(after: timeout).awaitReadable(descriptor.rawValue) else { return nil }
    return try accept()
  }

  /// Allows it to send to broadcast addresses.
  public func allowBroadcast() throws(SystemCallFailure) {
    try Self.check("SO_BROADCAST", ctest_option(descriptor.rawValue, SOL_SOCKET, SO_BROADCAST, 1))
  }

  /// Sends multicast of IPv6 that has not passed a router (`man 7 ipv6`): hop limit 255.
  public func markAsNeighbour() throws(SystemCallFailure) {
    try Self.check(
      "IPV6_MULTICAST_HOPS",
      ctest_option(descriptor.rawValue, Int32(IPPROTO_IPV6), IPV6_MULTICAST_HOPS, 255))
  }

  /// Sends by this interface whatever the routes say, and receives from nowhere else.
  public func bind(device: String) throws(SystemCallFailure) {
    // SAFETY: as in bind.
    try Self.check(device, unsafe ctest_bind_device(descriptor.rawValue, device))
  }

  /// Takes part in a multicast group on `interface`.
  public func join(_ group: String, on interface: String) throws(SystemCallFailure) {
    // SAFETY: as in bind, both.
    try Self.check("join \(group)", unsafe ctest_join(descriptor.rawValue, group, interface))
  }

  /// Begins to see the frames of `interface`.
  public func watch(_ interface: String) throws(SystemCallFailure) {
    // SAFETY: as in bind.
    try Self.check("watch \(interface)", unsafe ctest_watch(descriptor.rawValue, interface))
  }

  /// Closes it now.
  public func close() { descriptor.close() }

  @discardableResult
  private static func check(_ what: String, _ result: Int32) throws(SystemCallFailure) -> Int32 {
    guard result >= 0 else { throw SystemCallFailure(what, code: -result) }
    return result
  }

  private static func text(_ characters: [CChar]) -> String {
    String(
      decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

/// Keeps a thread where it is, so that what it sends arrives in the order of sending.
public enum Processor {
  /// Runs `body` on one processor, which forwards in order what is sent there: packets wait in one
  /// queue for each processor.
  public static func stayingOnOne<Result>(_ body: () throws -> Result) throws -> Result {
    let result = ctest_stay_on_one_processor()
    guard result == 0 else { throw SystemCallFailure("sched_setaffinity", code: -result) }
    defer { ctest_leave_processor() }
    return try body()
  }
}
