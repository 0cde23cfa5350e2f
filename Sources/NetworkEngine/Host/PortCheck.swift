internal import NetworkModel
internal import NetworkPlan

/// Whether ports of the host that are to lead into a network lead into another one already.
enum PortCheck {
  /// Throws the first port that an active network but `name` has too, or one of `others`, which are
  /// to run with it.
  static func run(
    _ plan: Plan, of name: NetworkName,
    besides others: [(ports: [ForwardedPort], name: NetworkName)] = []
  ) throws(EngineError) {
    // Who has none need not ask what the others have.
    guard let ports = plan.firewall?.forwardedPorts, !ports.isEmpty else { return }
    for other in others { try compare(ports, other.ports, other.name) }
    for other in try ActiveNetworks.names() where other != name {
      let forwards = try Definitions.live(other)?.incoming?.forwards ?? []
      try compare(ports, forwards.map(\.forwardedPort), other)
    }
  }

  private static func compare(
    _ ours: [ForwardedPort], _ theirs: [ForwardedPort], _ name: NetworkName
  ) throws(EngineError) {
    guard let conflict = ForwardedPort.conflict(ours, theirs) else { return }
    throw .portForwarded(conflict.ours, conflict.theirs, name)
  }
}
