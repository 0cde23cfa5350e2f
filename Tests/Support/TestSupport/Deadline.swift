internal import Glibc

extension Duration {
  /// For what ends by itself: no measure of it, but so long that only what hangs is stopped, on a
  /// slow machine that runs all tests at once.
  public static let patience = Duration.seconds(60)
  /// As ``patience``, for what boots a guest without KVM.
  public static let patienceWithGuests = Duration.seconds(240)
}

/// The moment at which waiting ends; so that no test can hang.
public struct Deadline: Sendable {
  private let instant: ContinuousClock.Instant

  /// `timeout` from now.
  public init(after timeout: Duration) { instant = .now + timeout }

  /// Milliseconds left, rounded up and never negative: what `man 2 poll` takes.
  public var milliseconds: Int32 {
    let (seconds, attoseconds) = (instant - .now).components
    let left = seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    return Int32(clamping: max(0, left))
  }

  /// Waits until one of `descriptors` has one of its `events` (`man 2 poll`).
  ///
  /// Returns what each has, in the same order; all zero if the deadline passed first.
  public func poll(
    _ descriptors: [(descriptor: Int32, events: Int32)]
  ) throws(SystemCallFailure) -> [Int32] {
    var entries = descriptors.map {
      pollfd(fd: $0.descriptor, events: Int16($0.events), revents: 0)
    }
    while true {
      // SAFETY: poll reads and writes as many entries as the array has.
      let count = unsafe Glibc.poll(&entries, nfds_t(entries.count), milliseconds)
      if count >= 0 { return entries.map { Int32($0.revents) } }
      guard errno == EINTR else { throw SystemCallFailure("poll") }
    }
  }

  /// Whether `descriptor` can be read (or is at its end) before the deadline.
  public func awaitReadable(_ descriptor: Int32) throws(SystemCallFailure) -> Bool {
    try poll([(descriptor, POLLIN)])[0] != 0
  }
}
