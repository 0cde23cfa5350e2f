internal import CLinuxHost

/// The machine's processors.
public enum Processors {
  /// How many this process may run on, 1 at least.
  public static var count: Int { max(1, Int(clinux_processors())) }
}
