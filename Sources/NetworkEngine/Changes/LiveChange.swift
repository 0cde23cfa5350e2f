internal import LinuxHost
internal import LinuxTypes
internal import NetworkModel
internal import NetworkPlan
internal import RouteNetlink

/// Changes of how a network runs.
enum LiveChange {
  /// Has the network run as `new` says instead of `old`, and be defined as `definition` says if
  /// that is given; or neither. `lock` is the descriptor of the network's lock.
  static func apply(
    from old: Network, to new: Network, definition: Network?, _ lock: Int32
  ) throws(EngineError) {
    let name = old.name
    let (oldPlan, newPlan) = (try Plan.of(old), try Plan.of(new))
    let change = PlanChange(from: oldPlan, to: newPlan)
    switch change.obstacle {
    case .bridge: throw .changingRunning("the bridge's name")
    case .mac: throw .changingRunning("the bridge's MAC address")
    case nil: break
    }
    if change.bridge { try checkOverlap(oldPlan, newPlan) }
    if change.firewall != nil { try PortCheck.run(newPlan, of: name) }
    let before = definition == nil ? nil : try Definitions.network(name)
    var failures = Failures()
    do throws(EngineError) {
      try ChangeJournal.begin(live: new, definition: definition)
      try perform(change, name, oldPlan, newPlan, lock)
      try write(new)
    } catch {
      failures.add(error)
      // It may be in place although it could not be made to last.
      failures.attempt { () throws(EngineError) in try write(old) }
      failures.attempt { () throws(EngineError) in try restore(old, lock) }
    }
    if failures.isEmpty, let definition {
      do throws(EngineError) { try Definitions.write(definition) } catch {
        failures.add(error)
        failures.attempt { () throws(EngineError) in
          try write(old)
          try restore(old, lock)
          if let before { try Definitions.write(before) }
        }
      }
    }
    failures.attempt { () throws(EngineError) in try ChangeJournal.end(name) }
    try failures.rethrow()
  }

  /// Has a network run as `network` says, of which it is not known how far it does.
  static func restore(_ network: Network, _ lock: Int32) throws(EngineError) {
    var failures = Failures()
    failures.attempt { () throws(EngineError) in
      var repair = try Repair(network, lock)
      try repair.run()
      try AppliedRecord(try Plan.of(network)).keepingFindings(of: network.name).write(network.name)
    }
    failures.attempt { () throws(EngineError) in
      // It may have read the other's.
      try Dnsmasq.reload(network.name)
    }
    failures.attempt { () throws(EngineError) in _ = try Repair.firewall() }
    try failures.rethrow()
  }

  private static func write(_ network: Network) throws(EngineError) {
    try files { () throws(FileError) in
      try File.replace(Places.live(network.name), with: Array(network.xml.utf8))
    }
  }

  /// Throws if a block that the network gets is in use.
  private static func checkOverlap(_ old: Plan, _ new: Plan) throws(EngineError) {
    let connection = try routes { () throws(RouteError) in try RouteConnection.open() }
    guard let bridge = new.bridge,
      let link = try routes({ () throws(RouteError) in
        try connection.link(bridge.name.interface)
      })
    else { return }
    // What the bridge itself has is the network's own.
    try OverlapCheck(over: connection, besides: link.index).check(new, over: connection)
  }

  private static func perform(
    _ change: PlanChange, _ name: NetworkName, _ old: Plan, _ new: Plan, _ lock: Int32
  ) throws(EngineError) {
    let before = try AppliedRecord(old).keepingFindings(of: name)
    let after = try AppliedRecord(new).keepingFindings(of: name)
    if before != after { try before.union(after).write(name) }
    if change.bridge { try changeBridge(from: old, to: new) }
    if let bridge = new.requiredBridge,
      old.requiredBridgeBandwidth != new.requiredBridgeBandwidth
    {
      let connection = try routes { () throws(RouteError) in try RouteConnection.open() }
      try routes { () throws(RouteError) in
        guard let link = try connection.link(bridge.interface) else { return }
        if let shape = BridgeSetup.shape(new.requiredBridgeBandwidth) {
          try connection.shape(link.index, shape)
        } else {
          try connection.unshape(link.index)
        }
      }
    }
    try changeFirewallAndForwarding(name, old, new, after)
    switch change.dnsmasq {
    case .nothing: break
    case .reload:
      if let plan = new.dnsmasq { try Dnsmasq.write(plan, of: name) }
      try Dnsmasq.reload(name)
    case .restart:
      if let plan = new.dnsmasq { try Dnsmasq.restart(plan, of: name, keeping: [lock]) }
    case .stop: try Dnsmasq.end(name)
    }
    if before != after { try after.write(name) }
  }

  /// One transaction for the rules; what the host forwards, before they need it or after.
  private static func changeFirewallAndForwarding(
    _ name: NetworkName, _ old: Plan, _ new: Plan, _ record: AppliedRecord
  ) throws(EngineError) {
    let (before, after) = (FirewallPart(old), FirewallPart(new))
    let transaction = FirewallPart.replacement(of: before, by: after)
    let ended = AppliedRecord(old).forwards.subtracting(record.forwards)
    let begun = record.forwards.subtracting(AppliedRecord(old).forwards)
    if transaction == nil, ended.isEmpty, begun.isEmpty { return }
    let connection = try routes { () throws(RouteError) in try RouteConnection.open() }
    try Lock.hold(try Lock.shared()) { shared throws(EngineError) in
      if let transaction {
        if let after { try after.note(name) }
        let isAnother = try SharedState.isAnother(than: name) { $0.hasFirewall }
        let isFirst = before == nil && !isAnother
        try SharedState.waitForFirewall(
          try Firewall.start(
            (isFirst ? FirewallPlan.skeleton : "") + transaction, keeping: [shared]),
          keeping: [shared]
        ) { () throws(EngineError) in
          FirewallPart.whole(
            try SharedState.parts(besides: [name]) + (after.map { [$0] } ?? []))
        }
      }
      for family in Forwarding.allCases {
        if begun.contains(family) { try family.switchOn(over: connection) }
        if ended.contains(family) { try family.switchBack(after: name) }
      }
    }
  }

  private static func changeBridge(from old: Plan, to new: Plan) throws(EngineError) {
    guard let before = old.bridge, let after = new.bridge else { return }
    let connection = try routes { () throws(RouteError) in try RouteConnection.open() }
    let link = try routes { () throws(RouteError) in
      try connection.link(after.name.interface)
    }
    guard let link else { throw .hostBridgeMissing(after.name) }
    if before.isolatesPorts, !after.isolatesPorts {
      try BridgeSetting.isolation(of: after).apply()
    }
    for setting in BridgeSetting.all(after) where try !setting.isRight { try setting.apply() }
    let (oldAddresses, addresses) = (BridgeSetup.addresses(before), BridgeSetup.addresses(after))
    let (oldRoutes, newRoutes) = (
      BridgeSetup.staticRoutes(before), BridgeSetup.staticRoutes(after)
    )
    let (oldShape, shape) = (
      BridgeSetup.shape(before.bandwidth), BridgeSetup.shape(after.bandwidth)
    )
    try routes { () throws(RouteError) in
      for route in oldRoutes where !newRoutes.contains(route) {
        try connection.remove(route, over: link.index)
      }
      // With `disable_ipv6` the kernel has taken those of IPv6 away.
      for address in oldAddresses where !addresses.contains(address) {
        let known = try connection.addresses()
        if known.contains(where: { $0.index == link.index && $0.address == address }) {
          try connection.remove(address, from: link.index)
        }
      }
      for address in addresses where !oldAddresses.contains(address) {
        try connection.add(address, to: link.index)
      }
      for route in newRoutes where !oldRoutes.contains(route) {
        try connection.add(route, over: link.index)
      }
      if before.mtu != after.mtu { try connection.set(mtu: after.mtu ?? 1500, of: link.index) }
      if before.stp != after.stp || before.delay != after.delay {
        try connection.set(stp: after.stp, delay: after.delay, of: link.index)
      }
      if oldShape != shape {
        if let shape {
          try connection.shape(link.index, shape)
        } else {
          try connection.unshape(link.index)
        }
      }
    }
  }
}
