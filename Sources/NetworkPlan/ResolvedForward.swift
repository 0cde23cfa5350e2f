internal import NetworkModel

/// A port forward whose guest is known by its addresses.
struct ResolvedForward {
  /// The forward as the policy has it.
  var forward: PortForward
  /// The guest's addresses, of each IP version one at most.
  var targets: [IPAddress]

  /// The first of the guest's ports.
  var guestPort: UInt16 { forward.guestPort ?? forward.ports.first }
  /// The guest's ports.
  var guestPorts: String {
    let last = guestPort + (forward.ports.last - forward.ports.first)
    return last == guestPort ? "\(guestPort)" : "\(guestPort)-\(last)"
  }

  /// The forwards of a network.
  static func all(_ network: Network) throws(PolicyRefusal) -> [ResolvedForward] {
    var resolved: [ResolvedForward] = []
    let forwards = network.incoming?.forwards ?? []
    for (position, forward) in forwards.enumerated() {
      for earlier in forwards[..<position]
      where earlier.forwardedPort.overlaps(forward.forwardedPort) {
        throw .portTaken(earlier, forward)
      }
      resolved.append(try ResolvedForward(forward, network))
    }
    return resolved
  }

  private init(_ forward: PortForward, _ network: Network) throws(PolicyRefusal) {
    self.forward = forward
    let span = forward.ports.last - forward.ports.first
    if (forward.guestPort ?? forward.ports.first).addingReportingOverflow(span).overflow {
      throw .portsTooHigh(forward)
    }
    var targets = try Self.addresses(of: forward.guest, network)
    if let address = forward.hostAddress {
      guard address.canBeConnectedTo else { throw .unusableHostAddress(address) }
      targets = targets.filter { $0.family == address.family }
      if targets.isEmpty { throw .familiesDiffer(forward) }
    }
    self.targets = targets
  }

  private static func addresses(
    of guest: PortForward.Guest, _ network: Network
  ) throws(PolicyRefusal) -> [IPAddress] {
    let addresses = network.addresses(of: guest)
    if addresses.isEmpty { throw .unknownGuest(guest) }
    for address in addresses {
      if network.blocks.contains(where: { $0.address == address }) { throw .guestIsHost(address) }
      let blocks = network.blocks.map(\.network) + network.routes.map(\.network)
      guard blocks.contains(where: { $0?.contains(address) == true }) else {
        throw .guestOutside(address)
      }
    }
    let first = [IPAddress.Family.ipv4, .ipv6].map { family in
      addresses.first { $0.family == family }
    }
    return first.compactMap { $0 }
  }
}

extension IPAddress {
  /// Whether a connection to it could come from another host: it is neither of the loopback, nor of
  /// a link, nor of a group, nor none.
  fileprivate var canBeConnectedTo: Bool {
    switch self {
    case .v4(let address):
      address.rawValue != 0 && address.rawValue >> 24 != 127 && address.rawValue >> 28 < 0xE
    case .v6(let address):
      address.rawValue > 1 && address.rawValue >> 118 != 0x3FA && address.rawValue >> 120 != 0xFF
    }
  }
}
