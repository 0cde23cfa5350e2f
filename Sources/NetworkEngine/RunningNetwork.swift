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
      guard let network = try Definitions.network(name) else { throw .noSuchNetwork(name.text) }
      let record = try AppliedRecord.read(name)
      if record?.isComplete == true { throw .alreadyActive(name) }
      // A start or stop that was killed.
      if record != nil || File.exists(Places.running(name)) { try undo(name, record, lock) }
      try start(network, lock)
    }
  }

  /// Takes a network down, and all that a start of it that was killed may have left.
  public static func stop(_ name: NetworkName) throws(EngineError) {
    try locked(name) { lock throws(EngineError) in
      let record = try AppliedRecord.read(name)
      if record == nil, !File.exists(Places.running(name)) { throw .notActive(name) }
      // From here on it is not active, so that a start finishes this if we are killed. If it cannot
      // be noted, as when the disk is full, the network goes all the same.
      if var ending = record, ending.isComplete {
        ending.isComplete = false
        try? ending.write(name)
      }
      try undo(name, record, lock)
    }
  }

  private static func locked(
    _ name: NetworkName, _ body: (Int32) throws(EngineError) -> Void
  ) throws(EngineError) {
    let lock = try Lock.network(name)
    var failure: EngineError?
    do throws(EngineError) { try body(lock.descriptor) } catch { failure = error }
    try Lock.release(lock)
    try Lock.tidy()
    if let failure { throw failure }
  }

  private static func start(_ network: Network, _ lock: Int32) throws(EngineError) {
    let name = network.name
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
    let connection = try routes { () throws(RouteError) in try RouteConnection.open() }
    let existing = try routes { () throws(RouteError) in
      try connection.link(plan.bridge.name.interface)
    }
    if existing != nil { throw .interfaceExists(plan.bridge.name) }
    try OverlapCheck.run(plan.subnets, over: connection)
    // The undoing needs it too: without it, nothing may be begun.
    if plan.firewall != nil, ProgramSearch.find("nft") == nil { throw .programMissing("nft") }

    var missing: [FilePath] = []
    if network.blocks.contains(where: { $0.dhcp != nil }) {
      missing = try SharedState.made([Places.state, Places.leases], for: name)
    }
    var record = AppliedRecord(
      bridge: plan.bridge.name, mac: plan.bridge.mac, forwardsIPv4: plan.forwardsIPv4,
      hasFirewall: plan.firewall != nil, createdDirectories: missing)
    try makeRunningDirectory(name)
    do throws(EngineError) {
      try record.write(name)
      try apply(plan, network, paths, connection, missing, lock)
      record.isComplete = true
      try record.write(name)
    } catch {
      do throws(EngineError) { try undo(name, record, lock) } catch let second {
        throw .undoingFailed([error, second])
      }
      throw error
    }
  }

  /// Brings up what `plan` says. The rules are in force before the first packet can be forwarded;
  /// nft and dnsmasq run side by side.
  private static func apply(
    _ plan: Plan, _ network: Network, _ paths: DnsmasqFiles,
    _ connection: borrowing RouteConnection, _ missing: [FilePath], _ lock: Int32
  ) throws(EngineError) {
    let name = network.name
    // Held until forwarding is on, and by nft for as long as it works.
    let shared = try Lock.shared()
    var failure: EngineError?
    var firewall: Firewall?
    var transaction = ""
    do throws(EngineError) {
      if let rules = plan.firewall {
        let isFirst = try !SharedState.isAnother(than: name) { $0.hasFirewall && $0.isComplete }
        transaction = (isFirst ? FirewallPlan.skeleton : "") + rules.installation
        firewall = try Firewall.start(transaction, keeping: [lock, shared.descriptor])
      }
    } catch { failure = error }

    var bridge: InterfaceIndex?
    var dnsmasq: ChildProcess?
    if failure == nil {
      do throws(EngineError) {
        bridge = try makeBridge(plan.bridge, connection)
        try files { () throws(FileError) in
          for path in missing { try Directory.make(path) }
          try File.replace(Places.live(name), with: Array(network.live.xml.utf8), mode: 0o644)
        }
        if let plan = plan.dnsmasq {
          dnsmasq = try Dnsmasq.start(plan, of: name, files: paths, keeping: [lock])
        }
      } catch { failure = error }
    }

    // Both are waited for, whatever failed: none must be at work when the undoing begins.
    var failures: [EngineError] = failure.map { [$0] } ?? []
    if let working = firewall.take() {
      do throws(EngineError) {
        try SharedState.waitForFirewall(
          working, transaction, of: name, keeping: [lock, shared.descriptor])
      } catch { failures.append(error) }
    }
    if failures.isEmpty {
      do throws(EngineError) {
        if plan.forwardsIPv4 { try SharedState.switchForwardingOn() }
        if let bridge { try routes { () throws(RouteError) in try connection.setUp(bridge) } }
      } catch { failures.append(error) }
    }
    do throws(EngineError) {
      try Lock.release(shared)
    } catch { failures.append(error) }
    if let starting = dnsmasq.take() {
      do throws(EngineError) { try Program.wait("dnsmasq", starting) } catch {
        failures.append(error)
      }
    }
    if failures.count > 1 { throw .undoingFailed(failures) }
    if let failure = failures.first { throw failure }
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
      try routes { () throws(RouteError) in
        try connection.add(
          address: address.address.rawValue, prefixLength: address.network.prefixLength,
          broadcast: address.network.last.rawValue, to: link.index)
      }
    }
    return link.index
  }

  /// Takes away all that `record` says may be there. Goes on when something fails, and throws all
  /// that did.
  private static func undo(_ name: NetworkName, _ record: AppliedRecord?, _ lock: Int32)
    throws(EngineError)
  {
    var failures: [EngineError] = []
    func attempt(_ body: () throws(EngineError) -> Void) {
      do throws(EngineError) { try body() } catch { failures.append(error) }
    }
    if let record {
      // dnsmasq ends while the rest is taken away.
      var dnsmasq: ProcessHandle?
      if record.isComplete { dnsmasq = (try? Dnsmasq.running(name)) ?? nil }
      if let running = dnsmasq.take() {
        running.terminate()
        attempt { () throws(EngineError) in try removeLinksAndRules(name, record, lock) }
        running.awaitEnd(killingAfter: 5000)
      } else {
        attempt { () throws(EngineError) in try Dnsmasq.endAll(name) }
        attempt { () throws(EngineError) in try removeLinksAndRules(name, record, lock) }
      }
    }
    if failures.isEmpty {
      attempt { () throws(EngineError) in try removeFiles(name, record) }
    }
    if failures.count > 1 { throw .undoingFailed(failures) }
    if let failure = failures.first { throw failure }
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
    var failures: [EngineError] = []
    func attempt(_ body: () throws(EngineError) -> Void) {
      do throws(EngineError) { try body() } catch { failures.append(error) }
    }
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
    } catch { failures.append(error) }
    if let bridge {
      attempt { () throws(EngineError) in
        try routes { () throws(RouteError) in try connection.delete(bridge.index) }
      }
    }
    if let working = firewall.take() {
      do throws(EngineError) {
        try SharedState.waitForFirewall(working, transaction, of: name, keeping: kept)
      } catch { failures.append(error) }
    }
    attempt { () throws(EngineError) in try SharedState.switchForwardingBack(after: name) }
    do throws(EngineError) {
      try Lock.release(shared)
    } catch { failures.append(error) }
    if failures.count > 1 { throw .undoingFailed(failures) }
    if let failure = failures.first { throw failure }
  }

  /// Removes the files of a network's run, the record last of all.
  private static func removeFiles(_ name: NetworkName, _ record: AppliedRecord?)
    throws(EngineError)
  {
    try files { () throws(FileError) in
      // Leases that were given outlive the run, so that guests get their addresses again.
      if File.size(Places.leases(name)) == 0 { try File.remove(Places.leases(name)) }
      for path in (record?.createdDirectories ?? []).reversed() {
        try Directory.removeIfEmpty(path)
      }
      let directory = Places.running(name)
      let recordName = Places.record(name).lastComponent
      for file in try Directory.names(directory) where file != recordName {
        try File.remove(directory.appending(file))
      }
      try File.remove(Places.record(name))
      try Directory.removeIfEmpty(directory)
    }
  }

  private static func makeRunningDirectory(_ name: NetworkName) throws(EngineError) {
    // The last network that stops removes the directories above if they are empty, maybe between
    // our calls.
    while true {
      do throws(FileError) {
        try Directory.makePassing(Places.runtime)
        try Directory.makePassing(Places.running)
        try Directory.make(Places.running(name))
        return
      } catch { if error.errno != .noSuchFile { throw .file(error) } }
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
