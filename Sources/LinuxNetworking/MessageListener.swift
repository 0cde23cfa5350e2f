internal import CLinux
public import LinuxTypes

/// A socket that others connect to, for messages between processes of the host: AF_UNIX,
/// SOCK_SEQPACKET, listening (`man 7 unix`).
public struct MessageListener: ~Copyable {
  /// The descriptor.
  public let descriptor: FileDescriptor

  /// How many connections may wait to be accepted: what the kernel allows by default (`man 5
  /// proc`, `/proc/sys/net/core/somaxconn`).
  private static let backlog: Int32 = 4096

  /// Why a descriptor is no such socket.
  public enum Unfit: Error, Equatable, Sendable {
    case wrongKind
    case notListening
    case other(Errno)
  }

  /// Makes the file at `path` and listens there. Throws EADDRINUSE if there is a file already.
  public init(at path: FilePath) throws(Errno) {
    let socket = try MessageSocket.open()
    // SAFETY: the path is NUL-terminated and outlives the call, which does not keep it.
    let result = unsafe path.withCString { unsafe clinux_bind_unix(socket.rawValue, $0) }
    _ = try value(result)
    _ = try value(clinux_listen(socket.rawValue, Self.backlog))
    _ = try value(clinux_set_non_blocking(socket.rawValue))
    descriptor = socket
  }

  /// Takes over `socket` if it is one.
  public init(checking socket: consuming FileDescriptor) throws(Unfit) {
    descriptor = socket
    let number = descriptor.rawValue
    let isRightKind: Bool
    let listens: Bool
    do throws(Errno) {
      let domain = try value(clinux_socket_option(number, SO_DOMAIN))
      let type = try value(clinux_socket_option(number, SO_TYPE))
      isRightKind = domain == AF_UNIX && type == Int32(SOCK_SEQPACKET.rawValue)
      listens = try value(clinux_socket_option(number, SO_ACCEPTCONN)) == 1
      _ = try value(clinux_set_non_blocking(number))
    } catch { throw .other(error) }
    guard isRightKind else { throw .wrongKind }
    guard listens else { throw .notListening }
  }

  /// Has the kernel refuse descriptors that anybody who connects from now on sends. It cannot
  /// before Linux 6.16.
  public borrowing func refuseDescriptors() { _ = clinux_refuse_descriptors(descriptor.rawValue) }

  /// The same socket by another descriptor.
  public borrowing func copy() throws(Errno) -> MessageListener {
    MessageListener(copied: FileDescriptor(owning: try value(clinux_copy(descriptor.rawValue))))
  }

  private init(copied: consuming FileDescriptor) { descriptor = copied }

  /// The next connection, non-blocking. Throws EAGAIN if none waits.
  public borrowing func accept() throws(Errno) -> FileDescriptor {
    FileDescriptor(owning: try value(clinux_accept(descriptor.rawValue)))
  }
}

extension MessageListener.Unfit: CustomStringConvertible {
  /// "is no ..." and so on, to stand behind the descriptor's name.
  public var description: String {
    switch self {
    case .wrongKind: "is no AF_UNIX socket of kind SOCK_SEQPACKET"
    case .notListening: "is a socket that does not listen"
    case .other(let errno): "cannot be used: \(errno.description)"
    }
  }
}
