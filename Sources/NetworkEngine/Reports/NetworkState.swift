internal import LinuxHost
internal import LinuxTypes
public import NetworkModel

/// A network as it is: defined, running, or both.
public struct NetworkState: Sendable {
  /// The network as it runs, or else as it is defined.
  public let network: Network
  /// Whether it runs.
  public let isActive: Bool
  /// Whether it is defined.
  public let isPersistent: Bool
  /// Whether it starts with the machine.
  public let isAutostarted: Bool

  /// The network called `name`; nil if there is none.
  ///
  /// If all that is known of it is what a start or stop that was killed left, it is neither active
  /// nor persistent, and may have no more than its name.
  public static func find(name: NetworkName) throws(EngineError) -> NetworkState? {
    let isActive = ActiveNetworks.contains(name)
    let live = isActive ? try Definitions.live(name) : nil
    let defined = live == nil ? try Definitions.network(name) : nil
    var found = live ?? defined
    if found == nil, File.exists(Places.running(name)) {
      found = try Definitions.live(name) ?? Network(name: name)
    }
    guard let found else { return nil }
    return NetworkState(
      network: found, isActive: isActive, isPersistent: File.exists(Places.definition(name)),
      isAutostarted: Definitions.isAutostarted(name))
  }

  /// The network that has that name, or else that UUID.
  public static func find(_ text: String) throws(EngineError) -> NetworkState {
    if let name = NetworkName(text), let found = try find(name: name) { return found }
    if let uuid = UUID(text) {
      for state in try all() where state.network.uuid == uuid { return state }
    }
    throw .noSuchNetwork(text)
  }

  /// All networks that are defined or run, sorted by their names.
  public static func all() throws(EngineError) -> [NetworkState] {
    var states: [NetworkState] = []
    for summary in try NetworkSummary.all() {
      if let state = try find(name: summary.name) { states.append(state) }
    }
    return states
  }
}
