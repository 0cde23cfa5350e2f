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
    // Merged as they are, sorted: a set would be sorted once more.
    var active = try ActiveNetworks.names()[...]
    var defined = try Definitions.names()[...]
    var autostarted = try Definitions.names(in: Places.autostart)[...]
    var summaries: [NetworkSummary] = []
    summaries.reserveCapacity(active.count + defined.count)
    while let name = least(active.first, defined.first) {
      summaries.append(
        NetworkSummary(
          name: name, isActive: take(name, from: &active), isPersistent: take(name, from: &defined),
          isAutostarted: take(name, from: &autostarted)))
    }
    return summaries
  }

  private static func least(_ left: NetworkName?, _ right: NetworkName?) -> NetworkName? {
    guard let left, let right else { return left ?? right }
    return right < left ? right : left
  }

  /// Whether `name` is in the sorted `names`, of which it and all before it are dropped.
  private static func take(_ name: NetworkName, from names: inout ArraySlice<NetworkName>) -> Bool {
    while let first = names.first, first < name { names.removeFirst() }
    guard names.first == name else { return false }
    names.removeFirst()
    return true
  }
}
