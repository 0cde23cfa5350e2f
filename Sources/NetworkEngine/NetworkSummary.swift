internal import LinuxHost
internal import LinuxTypes
public import NetworkModel

/// What can be said of a network without reading what it is.
public struct NetworkSummary: Equatable, Sendable {
  /// Its name.
  public let name: NetworkName
  /// Whether it runs.
  public let isActive: Bool
  /// Whether it is defined.
  public let isPersistent: Bool
  /// Whether it starts with the machine.
  public let isAutostarted: Bool

  /// Whether there is such a network: it is defined, or runs, or a start or stop of it that was
  /// killed left something.
  public static func exists(_ name: NetworkName) -> Bool {
    File.exists(Places.definition(name)) || ActiveNetworks.contains(name)
      || File.exists(Places.running(name))
  }

  /// Whether a network runs.
  public static func isActive(_ name: NetworkName) -> Bool { ActiveNetworks.contains(name) }

  /// All networks that are defined or run, sorted by their names.
  ///
  /// It costs three listings of a directory, however many there are. Throws if one cannot be read.
  public static func all() throws(EngineError) -> [NetworkSummary] {
    let active = Set(try ActiveNetworks.names())
    let defined = Set(try Definitions.names())
    let autostarted = Set(try Definitions.names(in: Places.autostart))
    return active.union(defined).sorted().map {
      NetworkSummary(
        name: $0, isActive: active.contains($0), isPersistent: defined.contains($0),
        isAutostarted: autostarted.contains($0))
    }
  }
}
