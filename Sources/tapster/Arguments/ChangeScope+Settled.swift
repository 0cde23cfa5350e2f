internal import NetworkEngine
internal import NetworkModel

extension ChangeScope {
  /// The scope that an empty one means now: how the network runs if it does, or else its
  /// definition.
  func settled(for name: NetworkName) -> ChangeScope {
    if !isEmpty { return self }
    return NetworkSummary.isActive(name) ? .live : .config
  }

  /// All that there is of a network.
  static func all(of name: NetworkName) -> ChangeScope {
    var scope: ChangeScope = []
    if NetworkSummary.isActive(name) { scope.insert(.live) }
    if Definitions.isDefined(name) { scope.insert(.config) }
    return scope
  }
}
