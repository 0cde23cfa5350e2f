internal import CLinux

/// An open file descriptor with one owner: closed when that owner is done with it.
@frozen
public struct FileDescriptor: ~Copyable {
  /// The number. It is valid only while this value lives.
  public let rawValue: Int32

  /// Takes over an open descriptor that nobody else will close.
  public init(owning rawValue: Int32) {
    precondition(rawValue >= 0, "not a descriptor")
    self.rawValue = rawValue
  }

  deinit {
    // EINTR means closed on Linux (man 2 close); EBADF would mean that somebody else closed it.
    let result = clinux_close(rawValue)
    precondition(result != -EBADF, "descriptor closed behind its owner's back")
  }

  /// Gives the descriptor away: the caller closes it from now on.
  public consuming func release() -> Int32 {
    let number = rawValue
    discard self
    return number
  }
}
