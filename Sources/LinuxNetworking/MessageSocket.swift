internal import CLinux
public import LinuxTypes

/// One end of a connection of whole messages between processes of the host: AF_UNIX,
/// SOCK_SEQPACKET (`man 7 unix`).
///
/// Not owned: whoever opened it closes it.
public struct MessageSocket: Sendable {
  /// The descriptor's number.
  public let number: Int32

  /// The connection behind descriptor `number`.
  public init(_ number: Int32) { self.number = number }

  /// Connects to whoever listens at `path`.
  ///
  /// From then on connecting, sending and receiving wait `patience` milliseconds at most, and then
  /// throw EAGAIN. Throws ENOENT or ECONNREFUSED if nobody listens.
  public static func connect(to path: FilePath, patience: Int32) throws(Errno) -> FileDescriptor {
    let descriptor = try open()
    _ = try value(clinux_set_patience(descriptor.rawValue, patience))
    // SAFETY: the path is NUL-terminated and outlives the call, which does not keep it.
    let result = unsafe path.withCString { unsafe clinux_connect_unix(descriptor.rawValue, $0) }
    _ = try value(result)
    return descriptor
  }

  static func open() throws(Errno) -> FileDescriptor {
    FileDescriptor(owning: try value(clinux_socket(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue), 0)))
  }

  /// Sends one message; never blocks.
  public func send(_ message: [UInt8]) throws(Errno) {
    // SAFETY: the array outlives the call and has the size that it is told.
    let sent = try value(unsafe clinux_send(number, message, message.count))
    guard sent == message.count else { throw .wouldBlock }
  }

  /// Takes one message of at most `maximumSize` bytes, or nil if it is longer; none at all is taken
  /// for one of no bytes. Descriptors in it are closed by the kernel, unseen.
  public func receive(maximumSize: Int) throws(Errno) -> [UInt8]? {
    let size = try retrying { clinux_receive(number, nil, 0, Int32(MSG_PEEK)) }
    guard size <= maximumSize else { return nil }
    var message = [UInt8](repeating: 0, count: size)
    // SAFETY: the array has the size that the call is told.
    let taken = try retrying { unsafe clinux_receive(number, &message, size, 0) }
    return taken == size ? message : nil
  }

  /// Whether a message is there to be taken, or the other end has gone.
  public var isReadable: Bool {
    clinux_receive(number, nil, 0, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)) >= 0
  }

  /// Whether descriptors may have come with what is unread. Whoever throws that away, or closes the
  /// connection with it, closes them, and the end of a file can take as long as its sender likes.
  public var mayHoldDescriptors: Bool { clinux_takes_descriptors(number) != 0 }

  /// Has the kernel throw away the next message, if there is one: not a byte of it comes here.
  ///
  /// Whoever closes a connection with a message unread makes the other end fail (ECONNRESET) before
  /// it has read what was sent to it.
  public func discard() { _ = clinux_receive(number, nil, 0, Int32(MSG_DONTWAIT)) }

  /// The effective user of whoever connected, or listened, when he did (SO_PEERCRED), as a number
  /// of our user namespace.
  public func peerUser() throws(Errno) -> UInt32 { try peer().user }

  /// Whoever connected, when he did: his effective user and group and his supplementary groups
  /// (SO_PEERCRED, SO_PEERGROUPS), as numbers of our user namespace.
  public func peerCredentials() throws(Errno) -> Credentials {
    let peer = try peer()
    let count = try value(clinux_peer_groups(number, nil, 0))
    var numbers = [gid_t](repeating: 0, count: Int(count))
    // SAFETY: the array has room for as many groups as the call is told.
    let filled = try value(unsafe clinux_peer_groups(number, &numbers, count))
    // The connection's credentials never change, so neither does the number of groups.
    guard filled == count, let user = UserID(peer.user), let group = GroupID(peer.group) else {
      throw .invalid
    }
    return Credentials(user: user, groups: [group] + numbers.compactMap { GroupID($0) })
  }

  private func peer() throws(Errno) -> clinux_peer {
    var peer = clinux_peer()
    // SAFETY: the call fills in the structure that the pointer points to.
    _ = try value(unsafe clinux_peer(number, &peer))
    return peer
  }
}
