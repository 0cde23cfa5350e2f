internal import CommandSyntax
internal import NetworkEngine
internal import NetworkModel

/// Options that many commands have.
enum NetworkOptions {
  static let network = RequiredText("network", "network name or uuid", candidates: .networks)
  static let file = RequiredText(
    "file", "file containing an XML network description", candidates: .files)
  static let validate = Flag("validate", "refuse what libvirt's schema does not have")
  static let json = Flag("json", "print JSON")
  static let live = Flag("live", "the network as it runs")
  static let config = Flag("config", "the network as it is defined, from its next start on")
  static let current = Flag("current", "as it runs if it does, else as it is defined")
}

extension Arguments {
  /// What ``NetworkOptions/live``, `config` and `current` say; empty for the current state.
  func scope() throws(Failure) -> ChangeScope {
    try refuse(NetworkOptions.current, with: NetworkOptions.live)
    try refuse(NetworkOptions.current, with: NetworkOptions.config)
    var scope: ChangeScope = []
    if self[NetworkOptions.live] { scope.insert(.live) }
    if self[NetworkOptions.config] { scope.insert(.config) }
    return scope
  }
}

extension NetworkState {
  /// The network that has that name or UUID.
  static func named(_ text: String) throws(Failure) -> NetworkState {
    try Failure.during("failed to get network '\(text)'") { () throws(EngineError) in
      try find(text)
    }
  }

  /// The network in that scope: as it runs, or as it is defined.
  func network(in scope: ChangeScope) throws(EngineError) -> Network {
    if scope.contains(.live), !isActive { throw .notRunning }
    guard scope.contains(.config) else { return network }
    guard let defined = try Definitions.network(network.name) else { throw .changingTransient }
    return defined
  }
}

extension NetworkName {
  /// The name of the network that has that name or UUID, whatever is written in its definition.
  static func found(_ text: String) throws(Failure) -> NetworkName {
    try Failure.during("failed to get network '\(text)'") { () throws(EngineError) in
      if let name = NetworkName(text), NetworkSummary.exists(name) { return name }
      return try NetworkState.find(text).network.name
    }
  }
}
