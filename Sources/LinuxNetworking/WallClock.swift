internal import CLinux

/// The time of day, as anybody may have set it.
public enum WallClock {
  /// Whole seconds since 1970 began in UTC (`man 2 time`).
  public static var seconds: Int64 { clinux_time() }
}
