internal import CLinux

/// An error number of the kernel (`man 3 errno`).
public struct Errno: Error, Equatable, Hashable, Sendable {
  /// The number, positive, as in `<errno.h>`.
  public let code: Int32

  /// Wraps a positive error number.
  public init(_ code: Int32) { self.code = code }

  public static let notPermitted = Errno(EPERM)
  public static let noSuchFile = Errno(ENOENT)
  public static let interrupted = Errno(EINTR)
  public static let badDescriptor = Errno(EBADF)
  public static let wouldBlock = Errno(EAGAIN)
  public static let noMemory = Errno(ENOMEM)
  public static let accessDenied = Errno(EACCES)
  public static let busy = Errno(EBUSY)
  public static let exists = Errno(EEXIST)
  public static let noSuchDevice = Errno(ENODEV)
  public static let notDirectory = Errno(ENOTDIR)
  public static let invalid = Errno(EINVAL)
  public static let noSuchDeviceOrAddress = Errno(ENXIO)
  public static let tooManyLinks = Errno(ELOOP)
  public static let nameTooLong = Errno(ENAMETOOLONG)
  public static let notSupported = Errno(EOPNOTSUPP)
  public static let addressFamilyNotSupported = Errno(EAFNOSUPPORT)
  public static let notConnected = Errno(ENOTCONN)
  public static let notImplemented = Errno(ENOSYS)
  public static let range = Errno(ERANGE)
  public static let notASocket = Errno(ENOTSOCK)
  public static let timedOut = Errno(ETIMEDOUT)
  public static let protocolError = Errno(EPROTO)
}

extension Errno: CustomStringConvertible {
  /// The C library's words for the number, as in `man 3 strerror`.
  public var description: String {
    // SAFETY: strerrordesc_np returns NULL or a NUL-terminated constant that lives for ever.
    guard let text = unsafe clinux_strerror(code) else { return "error \(code)" }
    return unsafe String(cString: text)
  }
}
