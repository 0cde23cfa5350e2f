internal import LinuxHost
internal import LinuxNetworking

/// How far a long command is, on standard error if a terminal is there: from its first second on,
/// and gone when it ends.
struct Progress {
  private let what: String
  private let start = MonotonicClock.milliseconds
  private let isSeen = ThisProcess.isTerminal(2)
  private var count = 0
  private var shown: Int64 = 0

  /// `what` is done, in words.
  init(_ what: String) { self.what = what }

  /// One more is done.
  mutating func step() {
    count += 1
    let now = MonotonicClock.milliseconds
    // Who holds the terminal's output back must not hold us back, who may have locks.
    guard isSeen, now - start >= 1000, now - shown >= 100, StandardStream.error.hasRoom else {
      return
    }
    shown = now
    StandardStream.error.write("\r\(what): \(count)")
  }

  /// All is done: the line is wiped.
  mutating func end() { if shown > 0 { StandardStream.error.write("\r\u{1B}[K") } }
}
