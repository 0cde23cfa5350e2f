internal import CLinux
public import LinuxTypes

/// The socket that a caller wants descriptors sent through: connected, AF_UNIX, and his.
///
/// Not owned: it was open before us, and it is the caller's to close.
public struct HandOverSocket: Sendable {
  /// The descriptor's number.
  public let number: Int32

  /// Why a descriptor cannot take descriptors.
  public enum Unfit: Error, Equatable, Sendable {
    case notOpen
    case notASocket
    case notUnix
    case notConnected
    case other(Errno)
  }

  /// Looks at descriptor `number` and takes it if it is a connected AF_UNIX socket.
  public init(checking number: Int32) throws(Unfit) {
    let domain: Int32
    do throws(Errno) {
      domain = try value(clinux_socket_option(number, SO_DOMAIN))
      if domain == AF_UNIX { _ = try value(clinux_socket_has_peer(number)) }
    } catch {
      switch error {
      case .badDescriptor: throw .notOpen
      case .notASocket: throw .notASocket
      case .notConnected: throw .notConnected
      default: throw .other(error)
      }
    }
    guard domain == AF_UNIX else { throw .notUnix }
    self.number = number
  }

  /// Sends one message of one NUL byte with `descriptors`, 1 to 253 of them, in SCM_RIGHTS (`man 7
  /// unix`).
  ///
  /// Never blocks: throws EAGAIN if the socket's buffer is full. The descriptors stay open here,
  /// too.
  public func send(_ descriptors: [Int32]) throws(Errno) {
    let payload: [UInt8] = [0]
    // SAFETY: both arrays outlive the call and have the sizes that it is told.
    let sent = try value(
      unsafe clinux_send_descriptors(number, payload, payload.count, descriptors, descriptors.count)
    )
    guard sent == payload.count else { throw .wouldBlock }
  }
}

extension HandOverSocket.Unfit: CustomStringConvertible {
  /// "is not open" and so on, to stand behind the descriptor's name.
  public var description: String {
    switch self {
    case .notOpen: "is not open"
    case .notASocket: "is not a socket"
    case .notUnix: "is not an AF_UNIX socket"
    case .notConnected: "is a socket that is not connected"
    case .other(let errno): "cannot be used: \(errno.description)"
    }
  }
}
