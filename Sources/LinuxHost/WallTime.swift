internal import CLinux
internal import CLinuxHost

/// A moment, to the nanosecond.
public struct WallTime: Equatable, Sendable {
  /// Whole seconds since 1970 began in UTC.
  public let seconds: Int64
  /// What follows, 0 to 999,999,999.
  public let nanoseconds: Int

  /// That moment.
  public init(seconds: Int64, nanoseconds: Int = 0) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  /// This moment.
  public static var now: WallTime {
    var nanoseconds = 0
    // SAFETY: the call fills in the one number that the pointer leads to.
    let seconds = unsafe clinux_now(&nanoseconds)
    return WallTime(seconds: seconds, nanoseconds: nanoseconds)
  }

  /// `2026-11-21 14:19:00`, in the zone that TZ says or else the machine's.
  public var local: String { text(isUTC: false) }
  /// `2026-11-21 14:19:00.093`, in UTC.
  public var utc: String {
    let digits = String(nanoseconds / 1_000_000)
    return text(isUTC: true) + "." + String(repeating: "0", count: 3 - digits.utf8.count) + digits
  }

  private func text(isUTC: Bool) -> String {
    // SAFETY: the call writes no more than the size that it is told, and says how much.
    unsafe String(unsafeUninitializedCapacity: 64) { buffer in
      unsafe buffer.withMemoryRebound(to: CChar.self) { characters in
        unsafe clinux_time_text(seconds, isUTC ? 1 : 0, characters.baseAddress, characters.count)
      }
    }
  }
}

/// The time since the machine's start, which nobody can set.
public enum MonotonicClock {
  /// In milliseconds.
  public static var milliseconds: Int64 { clinux_monotonic_milliseconds() }
}
