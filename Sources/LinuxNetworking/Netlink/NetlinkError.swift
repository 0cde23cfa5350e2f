public import LinuxTypes

/// A request that the kernel's routing netlink refused, or that could not be made (`man 7
/// rtnetlink`).
public struct NetlinkError: Error, Sendable {
  /// What was asked for, for people: "read the link".
  public let request: StaticText
  /// The error number.
  public let errno: Errno
  /// What the kernel says beside the number (NLMSGERR_ATTR_MSG), or empty.
  public let explanation: String

  /// An error of its parts.
  public init(request: StaticText, errno: Errno, explanation: String = "") {
    self.request = request
    self.errno = errno
    self.explanation = explanation
  }
}

extension NetlinkError: CustomStringConvertible {
  /// "cannot REQUEST: ERRNO (EXPLANATION)".
  public var description: String {
    let detail = explanation.isEmpty ? "" : " (\(explanation))"
    return "cannot \(request.text): \(errno.description)\(detail)"
  }
}
