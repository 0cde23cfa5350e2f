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
  public static func find(name: NetworkName) throws(EngineError) -> NetworkState? {
    let isActive = try AppliedRecord.read(name)?.isComplete ?? false
    let defined = File.exists(Places.definition(name))
    // A stop that was killed may have left the record without the definition as it ran.
    let live = isActive ? try Definitions.read(Places.live(name)) : nil
    let network = if let live { live } else { try Definitions.network(name) }
    guard let network else { return nil }
    return NetworkState(
      network: network, isActive: isActive, isPersistent: defined,
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

  /// All networks, sorted by their names.
  public static func all() throws(EngineError) -> [NetworkState] {
    var names = Set(try Definitions.names())
    for name in try files({ () throws(FileError) in try Directory.names(Places.running) }) {
      if let name = NetworkName(name) { names.insert(name) }
    }
    var states: [NetworkState] = []
    for name in names.sorted() {
      if let state = try find(name: name) { states.append(state) }
    }
    return states
  }
}
