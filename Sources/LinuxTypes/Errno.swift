internal import CLinux

/// An error number of the kernel (`man 3 errno`).
public struct Errno: Error, Equatable, Hashable, Sendable {
  /// The number, positive, as in `<errno.h>`.
  public let code: Int32

  /// Wraps a positive error number.
  public init(_ code: Int32) { self.code = code }

  /// EPERM.
  public static let notPermitted = Errno(EPERM)
  /// ENOENT.
  public static let noSuchFile = Errno(ENOENT)
  /// EINTR.
  public static let interrupted = Errno(EINTR)
  /// EBADF.
  public static let badDescriptor = Errno(EBADF)
  /// EAGAIN.
  public static let wouldBlock = Errno(EAGAIN)
  /// ENOMEM.
  public static let noMemory = Errno(ENOMEM)
  /// EACCES.
  public static let accessDenied = Errno(EACCES)
  /// EBUSY.
  public static let busy = Errno(EBUSY)
  /// EEXIST.
  public static let exists = Errno(EEXIST)
  /// ENODEV.
  public static let noSuchDevice = Errno(ENODEV)
  /// ENOTDIR.
  public static let notDirectory = Errno(ENOTDIR)
  /// EINVAL.
  public static let invalid = Errno(EINVAL)
  /// ENXIO.
  public static let noSuchDeviceOrAddress = Errno(ENXIO)
  /// ELOOP.
  public static let tooManyLinks = Errno(ELOOP)
  /// ENAMETOOLONG.
  public static let nameTooLong = Errno(ENAMETOOLONG)
  /// EOPNOTSUPP.
  public static let notSupported = Errno(EOPNOTSUPP)
  /// EAFNOSUPPORT.
  public static let addressFamilyNotSupported = Errno(EAFNOSUPPORT)
  /// ECONNREFUSED.
  public static let connectionRefused = Errno(ECONNREFUSED)
  /// ENOTCONN.
  public static let notConnected = Errno(ENOTCONN)
  /// ENOSYS.
  public static let notImplemented = Errno(ENOSYS)
  /// EPIPE.
  public static let brokenPipe = Errno(EPIPE)
  /// ERANGE.
  public static let range = Errno(ERANGE)
  /// ENOTSOCK.
  public static let notASocket = Errno(ENOTSOCK)
  /// ETIMEDOUT.
  public static let timedOut = Errno(ETIMEDOUT)
  /// EPROTO.
  public static let protocolError = Errno(EPROTO)
}

extension Errno: CustomStringConvertible {
  /// The C library's words for the number, as in `man 3 strerror`.
  public var description: String {
    // SAFETY: strerror returns a NUL-terminated text that lives until the next call.
    guard let text = unsafe clinux_strerror(code) else { return "error \(code)" }
    return unsafe String(cString: text)
  }
}
