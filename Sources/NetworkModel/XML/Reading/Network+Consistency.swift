internal import LinuxTypes

extension Network {
  /// Refuses what is right by itself and not together, as libvirt does when it reads a definition
  /// and when it defines a network.
  func checkConsistency(_ reader: ElementReader) throws(NetworkXMLError) {
    try checkMode(reader)
    try checkBlocks(reader)
    try checkRoutes(reader)
    try checkPortGroups(reader)
    try checkVLANs(reader)
    try checkPolicies(reader)
  }

  private func checkMode(_ reader: ElementReader) throws(NetworkXMLError) {
    let mode = forward?.mode.rawValue ?? "isolated"
    guard !makesBridge else {
      if forward != nil, blocks.isEmpty, automaticBlocks.isEmpty {
        throw reader.error(
          .contradiction("\(mode) forwarding requested, but no IP address provided"),
          line: reader.child("forward")?.line)
      }
      return
    }
    for name in ["ip", "domain", "route"] {
      guard let element = reader.child(name) else { continue }
      throw reader.error(
        .contradiction("<\(name)> is for \(ownBridgeModes), not for '\(mode)'"),
        line: element.line)
    }
    if let dns, !dns.texts.isEmpty || !dns.hosts.isEmpty || !dns.services.isEmpty {
      throw reader.error(
        .contradiction("<dns> is for \(ownBridgeModes), not for '\(mode)'"),
        line: reader.child("dns")?.line)
    }
    if bridge?.name != nil, let forward, !forward.devices.isEmpty || forward.physicalFunction != nil
    {
      throw reader.error(
        .contradiction(
          "mode '\(mode)' has either the name of a bridge or devices to forward to, and not both"),
        line: reader.child("bridge")?.line)
    }
    if bandwidth != nil, bridge?.name == nil {
      throw reader.error(
        .contradiction("<bandwidth> needs a bridge, which mode '\(mode)' has not here"),
        line: reader.child("bandwidth")?.line)
    }
  }

  private func checkBlocks(_ reader: ElementReader) throws(NetworkXMLError) {
    let elements = reader.children("ip").filter { element in
      !element.attributes.contains { $0.name.namespace == XMLNamespace.tapster }
    }
    var families: [IPAddress.Family] = []
    for (position, block) in blocks.enumerated() {
      let line = elements[position].line
      if blocks[..<position].contains(where: { $0.address == block.address }) {
        throw reader.error(
          .contradiction("address \(block.address) is there twice"), line: line)
      }
      guard let dhcp = block.dhcp, !dhcp.ranges.isEmpty || !dhcp.hosts.isEmpty else { continue }
      guard !families.contains(block.family) else {
        let family = block.family.name
        throw reader.error(
          .contradiction(
            "multiple \(family) dhcp sections found -- dhcp is supported only for a single "
              + "\(family) address on each network"), line: line)
      }
      families.append(block.family)
    }
  }

  private func checkRoutes(_ reader: ElementReader) throws(NetworkXMLError) {
    let elements = reader.children("route")
    for (position, route) in routes.enumerated() {
      let isReachable = blocks.contains { $0.network?.contains(route.gateway) == true }
      guard isReachable else {
        throw reader.error(
          .contradiction(
            "unreachable static route gateway '\(route.gateway)', which is in no <ip>"),
          line: elements[position].line)
      }
    }
  }

  private func checkPortGroups(_ reader: ElementReader) throws(NetworkXMLError) {
    let elements = reader.children("portgroup")
    for (position, group) in portGroups.enumerated() {
      let line = elements[position].line
      let others = portGroups[..<position]
      if others.contains(where: { $0.name == group.name }) {
        throw reader.error(
          .contradiction("multiple <portgroup> elements with the same name (\(group.name))"),
          line: line)
      }
      if group.isDefault == true, let other = others.first(where: { $0.isDefault == true }) {
        throw reader.error(
          .contradiction(
            "multiple default <portgroup> elements (\(other.name) and \(group.name)), but only one "
              + "default is allowed"), line: line)
      }
      if group.bandwidth != nil, !makesBridge, bridge?.name == nil {
        throw reader.error(
          .contradiction("<bandwidth> of portgroup '\(group.name)' needs a bridge"), line: line)
      }
    }
  }

  /// Guests that are plugged into a bridge of the kernel's are in no VLAN: nobody would tag their
  /// packets, and libvirt refuses them too. The modes without a bridge are only kept, VLANs and
  /// all.
  private func checkVLANs(_ reader: ElementReader) throws(NetworkXMLError) {
    func takesVLANs(_ group: PortGroup?) -> Bool {
      if makesBridge { return false }
      if bridge?.name == nil { return true }
      return (group?.virtualPort?.kind ?? virtualPort?.kind) == .openvswitch
    }
    let words = NetworkXMLError.Problem.contradiction(
      "<vlan> is not for guests on a bridge, but for one of Open vSwitch: nobody would tag their "
        + "packets")
    if vlan != nil, !takesVLANs(nil) {
      throw reader.error(words, line: reader.child("vlan")?.line)
    }
    let elements = reader.children("portgroup")
    for (position, group) in portGroups.enumerated()
    where (group.vlan != nil || vlan != nil) && !takesVLANs(group) {
      throw reader.error(words, line: elements[position].line)
    }
  }

  private func checkPolicies(_ reader: ElementReader) throws(NetworkXMLError) {
    for name in ["tapster:incoming", "tapster:outgoing"] {
      guard let element = reader.child(name) else { continue }
      guard makesBridge else {
        throw reader.error(
          .contradiction("<\(name)> is for \(ownBridgeModes): others do not pass the host"),
          line: element.line)
      }
    }
    guard let incoming, let element = reader.child("tapster:incoming") else { return }
    var lines: [Int] = []
    for case .element(let child) in element.content { lines.append(child.line) }
    for (position, forward) in incoming.forwards.enumerated() {
      var problem = problem(with: forward)
      if problem == nil, incoming.forwards[..<position].contains(where: { collide($0, forward) }) {
        problem =
          "\(forward.transport.rawValue) port='\(forward.ports.text)' is forwarded twice, by an entry "
          + "before it too"
      }
      if let problem {
        throw NetworkXMLError(
          source: reader.source, line: lines[position], element: "tapster:allow",
          problem: .contradiction(problem))
      }
    }
  }

  /// Whether some connection would be for both forwards.
  public func collide(_ one: PortForward, _ other: PortForward) -> Bool {
    guard one.transport == other.transport, one.ports.first <= other.ports.last,
      other.ports.first <= one.ports.last
    else { return false }
    if let address = one.hostAddress, let other = other.hostAddress { return address == other }
    return families(of: one).contains { families(of: other).contains($0) }
  }

  /// The versions of IP that a forward is of.
  private func families(of forward: PortForward) -> [IPAddress.Family] {
    if let hostAddress = forward.hostAddress { return [hostAddress.family] }
    return addresses(of: forward.guest).map(\.family)
  }

  /// Why `forward` cannot be in this network, in words; nil if it can.
  public func problem(with forward: PortForward) -> String? {
    let addresses = addresses(of: forward.guest)
    switch forward.guest {
    case .address(let address):
      // Until the block is chosen nobody can say what is in it.
      if address.family == .ipv4, !automaticBlocks.isEmpty { return nil }
      let isInside =
        blocks.contains { $0.network?.contains(address) == true }
        || routes.contains { $0.network?.contains(address) == true }
      return isInside ? nil : "to='\(address)' is in no <ip> and behind no <route> of the network"
    case .mac, .name:
      guard !addresses.isEmpty else {
        return "to='\(forward.guest)' has no fixed address: no <host> of <dhcp> has that "
          + (forward.guest.isName ? "name" : "mac")
      }
      if let host = forward.hostAddress, !addresses.contains(where: { $0.family == host.family }) {
        return
          "to='\(forward.guest)' has no \(host.family.name) address, as address='\(host)' needs"
      }
      return nil
    }
  }

  /// The fixed addresses of a guest, in the definition's order, each once; none if it has none.
  public func addresses(of guest: PortForward.Guest) -> [IPAddress] {
    if case .address(let address) = guest { return [address] }
    var addresses: [IPAddress] = []
    for block in blocks {
      for host in block.dhcp?.hosts ?? [] {
        let isMeant =
          switch guest {
          case .address: false
          case .mac(let mac): host.mac == mac
          case .name(let name): host.name?.text.lowercased() == name.text.lowercased()
          }
        if isMeant, let address = host.address, !addresses.contains(address) {
          addresses.append(address)
        }
      }
    }
    return addresses
  }
}

extension PortForward.Guest: CustomStringConvertible {
  /// As a definition says it: `192.168.122.10`, `52:54:00:12:34:56`, `web`.
  public var description: String {
    switch self {
    case .address(let address): address.description
    case .mac(let mac): mac.description
    case .name(let name): name.text
    }
  }

  fileprivate var isName: Bool { if case .name = self { true } else { false } }
}
