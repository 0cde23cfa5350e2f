/// Which way a request came.
public enum RequestOrigin: Equatable, Sendable {
  /// As the command line of a process that its caller started.
  case commandLine
  /// As a message to the broker; the answer goes back over the descriptor `connection`.
  case broker(connection: Int32)

  /// Whether the caller may have come from a user namespace of his own, in which he can be users
  /// and put away groups that the host did not let him be or put away. A helper with privilege is
  /// not to be had there: the kernel ignores set-user-ID and file capabilities.
  var mayBeUserNamespace: Bool { self != .commandLine }
}
