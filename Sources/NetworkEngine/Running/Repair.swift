internal import LinuxHost
internal import LinuxTypes
internal import NetworkModel
internal import NetworkPlan
internal import RouteNetlink

/// Puts right what is not as a running network's plan says, and nothing else.
struct Repair {
  private let name: NetworkName
  private let plan: Plan
  private let record: AppliedRecord
  /// The descriptor of the network's lock.
  private let lock: Int32
  /// What was put right, in words.
  private(set) var deeds: [String] = []

  /// Takes a network that is to run as `network` says. `lock` is the descriptor of its lock.
  init(_ network: Network, _ lock: Int32) throws(EngineError) {
    name = network.name
    plan = try Plan.of(network)
    record = AppliedRecord(plan)
    self.lock = lock
  }

  /// Looks at all but the firewall. Goes on when something cannot be put right, and throws all that
  /// could not.
  mutating func run() throws(EngineError) {
    var failures = Failures()
    // Whoever finds the record knows all that was made.
    do throws(EngineError) { try noteAll() } catch { failures.add(error) }
    var isRemade = false
    do throws(EngineError) { isRemade = try mendLinks() } catch { failures.add(error) }
    do throws(EngineError) { try mendForwarding() } catch { failures.add(error) }
    do throws(EngineError) { try mendDnsmasq(isRemade) } catch { failures.add(error) }
    try failures.rethrow()
  }

  private mutating func noteAll() throws(EngineError) {
    if let part = FirewallPart(plan) {
      let path = Places.firewallRemoval(name)
      let noted = try files { () throws(FileError) in try File.read(path) }
      if noted != Array(part.removal.utf8) {
        try part.note(name)
        deeds.append("noted how its firewall rules are taken out")
      }
    }
    let noted = try AppliedRecord.read(name)
    if noted != (try record.keepingFindings(of: name)) {
      try (noted?.union(record) ?? record).write(name)
      deeds.append("noted what it consists of")
    }
  }

  /// Returns whether the bridge was made anew.
  private mutating func mendLinks() throws(EngineError) -> Bool {
    let connection = try routes { () throws(RouteError) in try RouteConnection.open() }
    if let name = plan.requiredBridge {
      let link = try routes { () throws(RouteError) in try connection.link(name.interface) }
      guard let link else { throw .hostBridgeMissing(name) }
      try mendShape(plan.requiredBridgeBandwidth, of: link.index, name, connection)
    }
    guard let bridge = plan.bridge else { return false }
    let wasRenamed = try mendName(bridge, connection)
    let found = try routes { () throws(RouteError) in try connection.link(bridge.name.interface) }
    guard let found else {
      let index = try BridgeSetup.make(bridge, connection)
      try noteNumber(index)
      try BridgeSetup.setUp(bridge, index, connection)
      deeds.append("made bridge \(bridge.name) anew")
      return true
    }
    guard found.isBridge, found.mac == bridge.mac else { throw .interfaceExists(bridge.name) }
    try noteNumber(found.index)
    try mendAttributes(bridge, found, connection)
    for setting in BridgeSetting.all(bridge) where try !setting.isRight {
      try setting.apply()
      deeds.append("set \(setting.path.lastComponent) of \(bridge.name) to \(setting.value)")
    }
    try mendAddresses(bridge, found, connection)
    try mendShape(bridge.bandwidth, of: found.index, bridge.name, connection)
    if !found.isUp {
      try routes { () throws(RouteError) in try connection.setUp(found.index) }
      deeds.append("set bridge \(bridge.name) up")
    }
    try mendRoutes(bridge, found, connection)
    return wasRenamed
  }

  /// Gives the bridge its name back, by which rules and dnsmasq know it. Returns whether it had
  /// another one.
  private mutating func mendName(
    _ bridge: BridgePlan, _ connection: borrowing RouteConnection
  ) throws(EngineError) -> Bool {
    guard let noted = try AppliedRecord.readKnown(name),
      let found = try NetworkStop.ours(name, noted, connection), found.name != bridge.name.text
    else { return false }
    try routes { () throws(RouteError) in
      // What is taken away with that is looked for afterwards.
      try connection.setDown(found.index)
      try connection.rename(found.index, to: bridge.name.interface)
    }
    deeds.append("gave bridge \(PrintableText.line(found.name)) its name \(bridge.name) back")
    return true
  }

  private func noteNumber(_ index: InterfaceIndex) throws(EngineError) {
    guard var noted = try AppliedRecord.read(name), noted.bridge?.index != index else { return }
    noted.bridge?.index = index
    try noted.write(name)
  }

  private mutating func mendAttributes(
    _ bridge: BridgePlan, _ found: RouteConnection.Link, _ connection: borrowing RouteConnection
  ) throws(EngineError) {
    if let mtu = bridge.mtu, found.mtu != mtu {
      try routes { () throws(RouteError) in try connection.set(mtu: mtu, of: found.index) }
      deeds.append("set the MTU of \(bridge.name) to \(mtu)")
    }
    let directory = FilePath("/sys/class/net").appending(bridge.name.text).appending("bridge")
    // With the protocol, the kernel makes it two seconds at least.
    let delay = bridge.stp ? max(200, bridge.delay) : bridge.delay
    let wanted = [
      ("stp_state", bridge.stp ? "1" : "0"), ("forward_delay", "\(delay)"),
    ]
    var isWrong = false
    for (file, value) in wanted {
      let bytes = try files { () throws(FileError) in try File.read(directory.appending(file)) }
      guard let bytes else { continue }
      if Array(bytes.prefix { $0 != UInt8(ascii: "\n") }) != Array(value.utf8) { isWrong = true }
    }
    if isWrong {
      try routes { () throws(RouteError) in
        try connection.set(stp: bridge.stp, delay: bridge.delay, of: found.index)
      }
      deeds.append("set the spanning tree protocol of \(bridge.name) as it was")
    }
  }

  private mutating func mendAddresses(
    _ bridge: BridgePlan, _ found: RouteConnection.Link, _ connection: borrowing RouteConnection
  ) throws(EngineError) {
    let known = try routes { () throws(RouteError) in try connection.addresses() }
      .filter { $0.index == found.index }.map(\.address)
    for address in BridgeSetup.addresses(bridge) where !known.contains(address) {
      try routes { () throws(RouteError) in try connection.add(address, to: found.index) }
      let words = IPAddress(bytes: address.bytes).map { "\($0)/\(address.prefixLength)" } ?? ""
      deeds.append("gave \(bridge.name) address \(words)")
    }
  }

  private mutating func mendRoutes(
    _ bridge: BridgePlan, _ found: RouteConnection.Link, _ connection: borrowing RouteConnection
  ) throws(EngineError) {
    let wanted = BridgeSetup.staticRoutes(bridge)
    if wanted.isEmpty { return }
    let known = try routes { () throws(RouteError) in try connection.routes() }
      .filter { $0.index == found.index }
    for route in wanted {
      let isThere = known.contains {
        $0.destination == route.destination && $0.gateway == route.gateway
          && $0.metric == route.metric
      }
      if isThere { continue }
      try routes { () throws(RouteError) in try connection.add(route, over: found.index) }
      let words =
        IPAddress(bytes: route.destination.bytes).map {
          "\($0)/\(route.destination.prefixLength)"
        } ?? ""
      deeds.append("made the route to \(words)")
    }
  }

  private mutating func mendShape(
    _ bandwidth: Bandwidth?, of index: InterfaceIndex, _ name: BridgeName,
    _ connection: borrowing RouteConnection
  ) throws(EngineError) {
    guard let shape = BridgeSetup.shape(bandwidth),
      try routes({ () throws(RouteError) in try !connection.isShaped(index) })
    else { return }
    try routes { () throws(RouteError) in try connection.shape(index, shape) }
    deeds.append("limited again how fast packets leave \(name)")
  }

  private mutating func mendForwarding() throws(EngineError) {
    for family in Forwarding.allCases where record.forwards.contains(family) {
      let wasOn = try family.isOn
      if wasOn, family.isNoted { continue }
      let connection = try routes { () throws(RouteError) in try RouteConnection.open() }
      try Lock.hold(try Lock.shared()) { _ throws(EngineError) in
        try family.switchOn(over: connection)
      }
      if !wasOn { deeds.append("switched forwarding of \(family == .ipv4 ? "IPv4" : "IPv6") on") }
    }
  }

  private mutating func mendDnsmasq(_ isBridgeRemade: Bool) throws(EngineError) {
    guard let wanted = plan.dnsmasq else { return }
    var wrong: [Dnsmasq.Source] = []
    for source in Dnsmasq.sources(wanted, of: name) where try !source.isRight {
      wrong.append(source)
    }
    let isRunning = try Dnsmasq.isRunning(name)
    if !isRunning || isBridgeRemade || wrong.contains(where: \.isConfiguration) {
      try Dnsmasq.restart(wanted, of: name, keeping: [lock])
      deeds.append(isRunning ? "started dnsmasq anew" : "started dnsmasq, which did not run")
    } else if !wrong.isEmpty {
      try Dnsmasq.write(wanted, of: name)
      try Dnsmasq.reload(name)
      deeds.append("wrote dnsmasq's files again")
    }
  }

  /// Puts the rules of all networks that are active in place of those that are there. Returns what
  /// was put right; nil if they were the same.
  static func firewall() throws(EngineError) -> String? {
    try Lock.hold(try Lock.shared()) { shared throws(EngineError) in
      let parts = try SharedState.parts()
      if parts.isEmpty { return nil }
      let list = ["list", "table"] + FirewallPlan.table.split(separator: " ").map { String($0) }
      let before = RuleListing(try Firewall.list(list))
      try Firewall.start(FirewallPart.whole(parts), keeping: [shared]).wait()
      let after = RuleListing(try Firewall.list(list))
      return after == before ? nil : "put the firewall rules back"
    }
  }
}
