internal import LinuxHost
internal import LinuxTypes
public import NetworkModel
internal import NetworkPlan
internal import RouteNetlink

/// Networks brought up and down. Each is one transaction: what was done is undone, in reverse, if
/// the rest fails, and what a process that was killed left behind is undone by the next one.
public enum RunningNetwork {
  /// Brings up the network that is defined under `name`.
  public static func start(_ name: NetworkName) throws(EngineError) {
    try locked(name) { lock throws(EngineError) in
      if ActiveNetworks.contains(name) { throw .alreadyActive(name) }
      guard let network = try Definitions.settled(name) else { throw .noSuchNetwork(name.text) }
      try start(network, lock)
    }
  }

  /// Brings up the network that `bytes` describe; unless it is defined too, it is forgotten when it
  /// stops. `source` is what errors call them. The network, what it left open settled.
  public static func create(_ bytes: [UInt8], source: String) throws(EngineError) -> Network {
    let given = try Definitions.parse(bytes, source: source)
    return try locked(given.name) { lock throws(EngineError) in
      // Held until it is active, so that no other gets its UUID or its bridge meanwhile.
      try Lock.hold(try Lock.definitions()) { _ throws(EngineError) in
        let network = try Definitions.unique(given)
        if ActiveNetworks.contains(network.name) { throw .activeAs(network.name) }
        try start(network, lock)
        return network
      }
    }
  }

  /// Takes a network down, and all that a start of it that was killed may have left.
  public static func stop(_ name: NetworkName) throws(EngineError) {
    try locked(name) { lock throws(EngineError) in
      let isActive = ActiveNetworks.contains(name)
      if !isActive, !File.exists(Places.running(name)) { throw .notActive(name) }
      let record = try AppliedRecord.read(name)
      // From here on it is not active, so that a start finishes this if we are killed.
      if isActive { try ActiveNetworks.remove(name) }
      try undo(name, record, lock, wasActive: isActive)
    }
  }

  private static func locked<Result>(
    _ name: NetworkName, _ body: (Int32) throws(EngineError) -> Result
  ) throws(EngineError) -> Result {
    try Lock.tidying { () throws(EngineError) in
      try Lock.hold(try Lock.network(name), body)
    }
  }

  private static func start(_ network: Network, _ lock: Int32) throws(EngineError) {
    let name = network.name
    // What a start or stop that was killed has left.
    if File.exists(Places.running(name)) {
      try undo(name, try AppliedRecord.read(name), lock, wasActive: false)
    }
    let paths = Places.dnsmasq(name, user: try Dnsmasq.user())
    let plan: Plan
    do throws(Plan.Refusal) { plan = try Plan(network, files: paths) } catch {
      throw .plan(name, error)
    }
    // Before anything is there that only they could take away again.
    for (program, isNeeded) in [("nft", plan.firewall != nil), ("dnsmasq", plan.dnsmasq != nil)]
    where isNeeded && ProgramSearch.find(program) == nil {
      throw .programMissing(program)
    }
    guard let bridge = plan.bridge, !bridge.enablesIPv6 else {
      throw .plan(
        name, .incomplete("bridge with IPv4 addresses only, which alone can be started yet"))
    }
    let connection = try routes { () throws(RouteError) in try RouteConnection.open() }
    let existing = try routes { () throws(RouteError) in
      try connection.link(bridge.name.interface)
    }
    if existing != nil { throw .interfaceExists(bridge.name) }
    try OverlapCheck.run(plan.subnets.compactMap(\.ipv4), over: connection)

    let record = AppliedRecord(
      bridge: bridge.name, mac: bridge.mac, forwardsIPv4: plan.forwardsIPv4,
      hasFirewall: plan.firewall != nil)
    do throws(EngineError) {
      try writeRunningFiles(network, record)
      try apply(plan, name, paths, connection, lock)
      try ActiveNetworks.insert(name)
    } catch {
      var failures = Failures()
      failures.add(error)
      failures.attempt { () throws(EngineError) in
        try undo(name, record, lock, wasActive: false)
      }
      try failures.rethrow()
    }
  }

  /// Notes what is to be there before the first of it is.
  private static func writeRunningFiles(_ network: Network, _ record: AppliedRecord)
    throws(EngineError)
  {
    let name = network.name
    try files { () throws(FileError) in
      let directories = [Places.runtime, Places.running, Places.running(name)]
      try Places.inPassing(directories) { () throws(FileError) in
        try File.replace(Places.live(name), with: Array(network.live.xml.utf8))
      }
    }
    try record.write(name)
  }

  /// Brings up what `plan` says. The rules are in force before the first packet can be forwarded;
  /// nft and dnsmasq run side by side.
  private static func apply(
    _ plan: Plan, _ name: NetworkName, _ paths: DnsmasqFiles,
    _ connection: borrowing RouteConnection, _ lock: Int32
  ) throws(EngineError) {
    // Held until forwarding is on, and by nft for as long as it works.
    let shared = try Lock.shared()
    var failure: EngineError?
    var firewall: Firewall?
    var transaction = ""
    do throws(EngineError) {
      if let rules = plan.firewall {
        let isFirst = try !SharedState.isAnother(than: name, active: true) { $0.hasFirewall }
        transaction = (isFirst ? FirewallPlan.skeleton : "") + rules.installation
        firewall = try Firewall.start(transaction, keeping: [lock, shared.descriptor])
      }
    } catch { failure = error }

    var bridge: InterfaceIndex?
    var dnsmasq: ChildProcess?
    if failure == nil {
      do throws(EngineError) {
        if let plan = plan.bridge { bridge = try makeBridge(plan, connection) }
        if let plan = plan.dnsmasq {
          dnsmasq = try Dnsmasq.start(plan, of: name, files: paths, keeping: [lock])
        }
      } catch { failure = error }
    }

    // Both are waited for, whatever failed: none must be at work when the undoing begins.
    var failures = Failures()
    if let failure { failures.add(failure) }
    if let working = firewall.take() {
      do throws(EngineError) {
        try SharedState.waitForFirewall(
          working, transaction, of: name, keeping: [lock, shared.descriptor])
      } catch { failures.add(error) }
    }
    if failures.isEmpty {
      failures.attempt { () throws(EngineError) in
        if plan.forwardsIPv4 { try SharedState.switchForwardingOn() }
        if let bridge { try routes { () throws(RouteError) in try connection.setUp(bridge) } }
      }
    }
    do throws(EngineError) { try Lock.release(shared) } catch { failures.add(error) }
    if let starting = dnsmasq.take() {
      do throws(EngineError) { try Program.wait("dnsmasq", starting) } catch {
        failures.add(error)
      }
    }
    try failures.rethrow()
  }

  private static func makeBridge(_ plan: BridgePlan, _ connection: borrowing RouteConnection)
    throws(EngineError) -> InterfaceIndex
  {
    let name = plan.name.interface
    let link = try routes { () throws(RouteError) in
      try connection.create(
        RouteConnection.Bridge(
          name: name, mac: plan.mac, mtu: plan.mtu, stp: plan.stp, delay: plan.delay))
      return try connection.link(name)
    }
    guard let link else { throw .interfaceExists(plan.name) }
    // It has no IPv6 address of its own unless one is asked for; a kernel without IPv6 has no such
    // file.
    let switches = FilePath("/proc/sys/net/ipv6/conf").appending(plan.name.text)
    try files { () throws(FileError) in
      guard File.exists(switches) else { return }
      try File.write(Array("1\n".utf8), into: switches.appending("disable_ipv6"))
      // Nor does it take one from a guest, should somebody give it IPv6 later.
      for name in ["accept_ra", "autoconf"] {
        try File.write(Array("0\n".utf8), into: switches.appending(name))
      }
    }
    for address in plan.addresses {
      guard let own = address.address.ipv4, let network = address.network.ipv4 else { continue }
      try routes { () throws(RouteError) in
        try connection.add(
          address: own.rawValue, prefixLength: network.prefixLength,
          broadcast: network.last.rawValue, to: link.index)
      }
    }
    return link.index
  }

  /// Takes away all that `record` says may be there. Goes on when something fails, and throws all
  /// that did.
  private static func undo(
    _ name: NetworkName, _ record: AppliedRecord?, _ lock: Int32, wasActive: Bool
  ) throws(EngineError) {
    var failures = Failures()
    if let record {
      // dnsmasq ends while the rest is taken away.
      var dnsmasq: ProcessHandle?
      if wasActive { dnsmasq = (try? Dnsmasq.running(name)) ?? nil }
      if let running = dnsmasq.take() {
        running.terminate()
        failures.attempt { () throws(EngineError) in
          try removeLinksAndRules(name, record, lock)
        }
        running.awaitEnd(killingAfter: 5000)
      } else {
        failures.attempt { () throws(EngineError) in try Dnsmasq.endAll(name) }
        failures.attempt { () throws(EngineError) in
          try removeLinksAndRules(name, record, lock)
        }
      }
    }
    if failures.isEmpty { failures.attempt { () throws(EngineError) in try removeFiles(name) } }
    try failures.rethrow()
  }

  /// Takes away the bridge, and the network out of what it shares with others.
  ///
  /// The bridge is set down first, so that no packet passes without rules; then the kernel deletes
  /// it while nft takes the rules out, since either waits some ten milliseconds for packets that
  /// are under way.
  private static func removeLinksAndRules(
    _ name: NetworkName, _ record: AppliedRecord, _ lock: Int32
  ) throws(EngineError) {
    let connection = try routes { () throws(RouteError) in try RouteConnection.open() }
    var bridge = try routes { () throws(RouteError) in
      try connection.link(record.bridge.interface)
    }
    if bridge?.isBridge != true || bridge?.mac != record.mac { bridge = nil }
    if let bridge { try routes { () throws(RouteError) in try connection.setDown(bridge.index) } }

    let shared = try Lock.shared()
    var failures = Failures()
    let kept = [lock, shared.descriptor]
    var transaction = FirewallPlan.removalOfAll
    var firewall: Firewall?
    do throws(EngineError) {
      if record.hasFirewall {
        if try SharedState.isAnother(than: name, { $0.hasFirewall }) {
          transaction = FirewallPlan.removal(of: record.bridge)
        }
        firewall = try Firewall.start(transaction, keeping: kept)
      }
    } catch { failures.add(error) }
    if let bridge {
      failures.attempt { () throws(EngineError) in
        try routes { () throws(RouteError) in try connection.delete(bridge.index) }
      }
    }
    if let working = firewall.take() {
      do throws(EngineError) {
        try SharedState.waitForFirewall(working, transaction, of: name, keeping: kept)
      } catch { failures.add(error) }
    }
    failures.attempt { () throws(EngineError) in try SharedState.switchForwardingBack(after: name) }
    do throws(EngineError) { try Lock.release(shared) } catch { failures.add(error) }
    try failures.rethrow()
  }

  /// Removes the files of a network's run: the record when all that it speaks of is gone, and then
  /// what tells of the network, which may not be defined.
  private static func removeFiles(_ name: NetworkName) throws(EngineError) {
    try files { () throws(FileError) in
      // Leases that were given outlive the run, so that guests get their addresses again.
      if File.size(Places.leases(name)) == 0 { try File.remove(Places.leases(name)) }
      let directory = Places.running(name)
      let last = [Places.record(name), Places.live(name)]
      for file in try Directory.names(directory) where !last.contains(directory.appending(file)) {
        try File.remove(directory.appending(file))
      }
      for file in last { try File.remove(file) }
      try Directory.removeIfEmpty(directory)
    }
  }
}

extension Network {
  /// The network as it runs: what the definition leaves to us is said.
  fileprivate var live: Network {
    var live = self
    if let forward, forward.mode == .nat, forward.ports == nil {
      live.forward?.ports = .unprivileged
    }
    return live
  }
}
