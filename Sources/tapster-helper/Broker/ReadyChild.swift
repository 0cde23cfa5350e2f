internal import CLinux
internal import LinuxNetworking
internal import LinuxTypes

/// A child of the broker that waits for a client, or has accepted one, as its parent sees it.
struct ReadyChild: ~Copyable {
  let process: Int32
  /// The end of a pipe of which it has the other: once this is closed it ends, unless a client has
  /// asked it already.
  private var leash: FileDescriptor?
  /// Where it says whose connection it has accepted.
  let report: EventCounter

  init(process: Int32, leash: consuming FileDescriptor, report: consuming EventCounter) {
    self.process = process
    self.leash = consume leash
    self.report = report
  }

  /// Tells it that nobody else is to be served.
  mutating func dismiss() { leash = nil }

  /// Whose connection it has accepted; nil if it has not said so.
  borrowing func reportedUser() -> UInt32? { report.take().flatMap { UInt32(exactly: $0 - 1) } }

  /// What a child that waits for a client has of its broker.
  struct Origin: ~Copyable {
    /// Where he comes.
    let listener: MessageListener
    /// At its end when the broker has gone, or serves nobody else.
    let leash: FileDescriptor
    /// Where to say that `user` has come.
    let reports: EventCounter

    /// Lets go of the rest.
    consuming func keepLeash() -> FileDescriptor { leash }

    borrowing func report(_ user: UInt32) throws(Errno) { try reports.add(UInt64(user) + 1) }
  }
}
