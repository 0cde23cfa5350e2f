internal import NetworkEngine
internal import NetworkModel

extension Network {
  /// Adds a forward. Throws if the ports are forwarded already, or the guest cannot be one.
  mutating func add(_ forward: PortForward) throws(EngineError) {
    if let guestPort = forward.guestPort,
      Int(guestPort) + Int(forward.ports.last - forward.ports.first) > 65535
    {
      throw .unfitting("there are not as many ports from \(guestPort) up")
    }
    if let problem = problem(with: forward) { throw .unfitting(problem) }
    var policy = incoming ?? IncomingPolicy(defaultVerdict: ownVerdict)
    if let other = policy.forwards.first(where: { collide($0, forward) }) {
      throw .unfitting("\(other.listening) is forwarded already, to \(other.target)")
    }
    policy.forwards.append(forward)
    incoming = policy
  }

  /// Takes the forward away that is meant. Throws if there is none.
  mutating func remove(_ words: ForwardWords) throws(EngineError) {
    guard let position = incoming?.forwards.firstIndex(where: { words.isOf($0) }) else {
      throw .unfitting("\(words.listening) is not forwarded")
    }
    incoming?.forwards.remove(at: position)
    // As it was before the first forward.
    if incoming == IncomingPolicy(defaultVerdict: ownVerdict) { incoming = nil }
  }

  /// What becomes of connections from outside without a policy: where addresses are masqueraded, or
  /// nothing is forwarded, they do not come in.
  private var ownVerdict: PolicyVerdict {
    switch forward?.mode {
    case nil, .nat: .deny
    default: .allow
    }
  }
}
