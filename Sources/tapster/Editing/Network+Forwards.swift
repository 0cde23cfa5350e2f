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

  /// A DHCP host that would give `guest` a fixed address, for people to go by; nil if it has one,
  /// or is an address itself, or no IPv4 address is left that DHCP may give out.
  func exampleHost(of guest: PortForward.Guest) -> String? {
    guard addresses(of: guest).isEmpty, let address = exampleAddress else { return nil }
    switch guest {
    case .address: return nil
    case .mac(let mac): return "<host mac='\(mac)' ip='\(address)'/>"
    case .name(let name):
      return "<host mac='52:54:00:00:00:01' name='\(name)' ip='\(address)'/>"
    }
  }

  /// The highest address of the first block with DHCP that nobody has; one that DHCP gives to
  /// nobody else if there is one.
  private var exampleAddress: IPAddress? {
    for block in blocks {
      guard let dhcp = block.dhcp, case .v4(let network)? = block.network else { continue }
      let taken = [block.address] + dhcp.hosts.compactMap(\.address)
      let free =
        ((network.base.rawValue + 1)..<max(network.base.rawValue + 1, network.last.rawValue))
        .suffix(65536).reversed().lazy.map { IPAddress.v4(IPv4Address(rawValue: $0)) }
        .filter { !taken.contains($0) }
      let unranged = free.first { address in
        !dhcp.ranges.contains { $0.addresses.contains(address) }
      }
      if let address = unranged ?? free.first { return address }
    }
    return nil
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
