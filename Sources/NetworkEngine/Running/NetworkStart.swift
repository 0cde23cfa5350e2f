internal import LinuxHost
internal import LinuxTypes
internal import NetworkModel
internal import NetworkPlan
internal import RouteNetlink

/// A network on its way up.
final class NetworkStart {
  let network: Network
  let plan: Plan
  private var record: AppliedRecord
  private let firewallPart: FirewallPart?
  /// The descriptor of the network's lock, which is held until the start has come to its end.
  private let lock: Int32
  private var bridge: InterfaceIndex?
  private var dnsmasq: ChildProcess?
  /// Whether its dnsmasq has been waited for, if it has one.
  private var isReady = false
  /// What went wrong; nothing of it is left then.
  private(set) var failures = Failures()
  /// What is in the way of its packets all the same.
  private(set) var warnings: [Warning] = []
  private let withDocker: Bool

  private var name: NetworkName { network.name }

  /// Plans the start of a network and looks whether there is anything in its way. What a start or
  /// stop of it that was killed has left is taken away; else nothing is changed.
  ///
  /// `lock` is the descriptor of its lock, `uses` what the host has; the network's blocks are added
  /// to them.
  init(
    _ network: Network, _ lock: Int32, withDocker: Bool = false, _ uses: inout OverlapCheck?,
    _ connection: borrowing RouteConnection
  ) throws(EngineError) {
    self.withDocker = withDocker
    let name = network.name
    try Self.removeRest(of: name, lock)
    plan = try Plan.of(network)
    warnings = plan.remarks.map { Warning(words: $0.words, advice: $0.advice) }
    record = AppliedRecord(plan)
    firewallPart = FirewallPart(plan)
    self.lock = lock
    self.network = network.live
    // Before anything is there that only they could take away again.
    for (program, isNeeded) in [("nft", firewallPart != nil), ("dnsmasq", plan.dnsmasq != nil)]
    where isNeeded && ProgramSearch.find(program) == nil {
      throw .programMissing(program)
    }
    if let bridge = plan.bridge {
      let existing = try routes { () throws(RouteError) in
        try connection.link(bridge.name.interface)
      }
      if let existing {
        throw existing.isBridge && existing.mac == bridge.mac
          ? .runsWithoutRecord(name) : .interfaceExists(bridge.name)
      }
    }
    if let name = plan.requiredBridge { try Self.requireBridge(name, network, connection) }
    if !plan.subnets.isEmpty {
      var known: OverlapCheck
      if let uses { known = uses } else { known = try OverlapCheck(over: connection) }
      try known.check(plan, over: connection)
      try PortCheck.run(plan, of: name, besides: known.forwarded)
      known.add(plan, of: name)
      uses = known
    }
  }

  /// Takes away what a start or stop that was killed has left of a network that is not active.
  /// `lock` is the descriptor of its lock.
  static func removeRest(of name: NetworkName, _ lock: Int32) throws(EngineError) {
    if File.exists(Places.running(name)) {
      try NetworkStop.undo(name, try AppliedRecord.readKnown(name), lock, wasActive: false)
    }
  }

  private static func requireBridge(
    _ name: BridgeName, _ network: Network, _ connection: borrowing RouteConnection
  ) throws(EngineError) {
    let link = try routes { () throws(RouteError) in try connection.link(name.interface) }
    guard let link else { throw .hostBridgeMissing(name) }
    // One of another kind of switch is what `<virtualport>` speaks of.
    if !link.isBridge, network.virtualPort == nil { throw .notABridge(name) }
    if !link.isUp { throw .hostBridgeDown(name) }
  }

  /// Brings networks up: their rules in one transaction, their dnsmasqs side by side.
  ///
  /// Those that fail are taken down again, and do not stop the others. `report` is told of each
  /// when it has come to its end; `ready` before, when what takes longest is done for one more.
  static func run(
    _ starts: [NetworkStart], _ connection: borrowing RouteConnection, ready: () -> Void = {},
    _ report: (NetworkStart) -> Void
  ) {
    for start in starts { start.attempt { () throws(EngineError) in try start.note() } }
    if let failure = apply(starts.filter(\.isWell), connection, ready) {
      // Whose rules they are that nft refuses shows when they come one by one.
      let (one, several) = (starts.count == 1, starts.filter(\.isWell))
      for start in several {
        if one { start.failures.add(failure) }
        start.undo(with: Set(several.map(\.name)))
      }
      if !one {
        for start in several where start.isWell {
          start.isReady = false
          start.attempt { () throws(EngineError) in try start.note() }
          if start.isWell, let failure = apply([start], connection, {}) {
            start.failures.add(failure)
          }
        }
      }
    }
    for start in starts {
      if !start.isWell { start.undo() }
      report(start)
    }
  }

  private var isWell: Bool { failures.isEmpty }

  private func attempt(_ body: () throws(EngineError) -> Void) { failures.attempt(body) }

  /// Writes what is to be there before the first of it is.
  private func note() throws(EngineError) { try Self.note(network, firewallPart, record) }

  /// Writes what is to be there of a network that runs.
  static func note(
    _ network: Network, _ firewallPart: FirewallPart?, _ record: AppliedRecord
  ) throws(EngineError) {
    let name = network.name
    try files { () throws(FileError) in
      let directories = [Places.runtime, Places.running, Places.running(name)]
      try Places.inPassing(directories) { () throws(FileError) in
        try File.replace(Places.live(name), with: Array(network.xml.utf8))
      }
    }
    if let firewallPart { try firewallPart.note(name) }
    try record.write(name)
  }

  /// Brings up what the plans say. The rules are in force before the first packet can be forwarded;
  /// nft and dnsmasq run side by side. The error is one of all.
  private static func apply(
    _ starts: [NetworkStart], _ connection: borrowing RouteConnection, _ ready: () -> Void
  ) -> EngineError? {
    do throws(EngineError) {
      // Held until forwarding is on, and by nft for as long as it works.
      return try Lock.hold(try Lock.shared()) { shared throws(EngineError) in
        apply(starts, connection, shared, ready)
      }
    } catch { return error }
  }

  private static func apply(
    _ starts: [NetworkStart], _ connection: borrowing RouteConnection, _ shared: Int32,
    _ ready: () -> Void
  ) -> EngineError? {
    do throws(EngineError) { try checkAgain(starts, connection) } catch { return error }
    // A rule that is about what comes from one interface needs the interface.
    let bridgesComeFirst = starts.contains { $0.firewallPart?.limit != nil }
    if bridgesComeFirst { makeBridges(starts, connection) }

    let parts = starts.filter { $0.isWell }.compactMap(\.firewallPart)
    var transaction = ""
    var firewall: Firewall?
    var failure: EngineError?
    if !parts.isEmpty {
      do throws(EngineError) {
        let isFirst = try !SharedState.isAnother(active: true) { $0.hasFirewall }
        transaction =
          (isFirst ? FirewallPlan.skeleton : "") + parts.map(\.installation).joined()
        firewall = try Firewall.start(transaction, keeping: [shared])
      } catch { failure = error }
    }

    if failure == nil {
      do throws(EngineError) {
        try InotifyLimit.raise(for: starts.count { $0.plan.dnsmasq != nil })
      } catch { failure = error }
    }
    if failure == nil {
      if !bridgesComeFirst { makeBridges(starts, connection) }
      startDnsmasqs(starts, ready)
    }
    // They are waited for, whatever failed: none must be at work when the undoing begins.
    if let working = firewall.take() {
      do throws(EngineError) {
        try SharedState.waitForFirewall(working, keeping: [shared]) { () throws(EngineError) in
          FirewallPart.whole(
            try SharedState.parts(besides: Set(starts.map(\.network.name))) + parts)
        }
      } catch { failure = error }
    }
    if failure == nil {
      for start in starts where start.isWell {
        start.attempt { () throws(EngineError) in try start.connect(connection) }
      }
    }
    // While dnsmasq still gets ready.
    if failure == nil { meetForeignRules(starts.filter(\.isWell)) }
    for start in starts { start.awaitDnsmasq(ready) }
    // While the lock is held: whoever makes the table anew has the rules of active networks alone.
    if failure == nil {
      for start in starts where start.isWell {
        start.attempt { () throws(EngineError) in try ActiveNetworks.insert(start.name) }
      }
    }
    return failure
  }

  /// Looks once more whether anything is in the way, now that nobody else starts a network: one
  /// that began when we did may have been faster.
  private static func checkAgain(
    _ starts: [NetworkStart], _ connection: borrowing RouteConnection
  ) throws(EngineError) {
    let starts = starts.filter { !$0.plan.subnets.isEmpty }
    if starts.isEmpty { return }
    let uses = try OverlapCheck(over: connection)
    for start in starts {
      start.attempt { () throws(EngineError) in
        try uses.check(start.plan, over: connection)
        try PortCheck.run(start.plan, of: start.name)
      }
    }
  }

  private static func makeBridges(
    _ starts: [NetworkStart], _ connection: borrowing RouteConnection
  ) {
    for start in starts where start.isWell {
      guard let bridge = start.plan.bridge else { continue }
      start.attempt { () throws(EngineError) in
        let index = try BridgeSetup.make(bridge, connection)
        start.bridge = index
        // By which it is found if somebody gives it another name.
        start.record.bridge?.index = index
        try start.record.write(start.name)
      }
    }
  }

  /// Starts them, of which twice as many are at work at a time as there are processors.
  private static func startDnsmasqs(_ starts: [NetworkStart], _ ready: () -> Void) {
    let width = 2 * Processors.count
    let starting = starts.filter { $0.isWell && $0.plan.dnsmasq != nil }
    for (position, start) in starting.enumerated() {
      if position >= width { starting[position - width].awaitDnsmasq(ready) }
      start.attempt { () throws(EngineError) in
        guard let plan = start.plan.dnsmasq else { return }
        start.dnsmasq = try Dnsmasq.start(plan, of: start.name, keeping: [start.lock])
      }
    }
  }

  private func awaitDnsmasq(_ ready: () -> Void) {
    if isReady { return }
    isReady = true
    if let starting = dnsmasq.take() {
      do throws(EngineError) { try Program.wait("dnsmasq", starting) } catch { failures.add(error) }
    }
    ready()
  }

  /// Has packets come and go.
  private func connect(_ connection: borrowing RouteConnection) throws(EngineError) {
    for family in Forwarding.allCases where record.forwards.contains(family) {
      try family.switchOn(over: connection)
    }
    if let plan = plan.bridge, let bridge { try BridgeSetup.setUp(plan, bridge, connection) }
    if let name = plan.requiredBridge, let shape = BridgeSetup.shape(plan.requiredBridgeBandwidth) {
      try routes { () throws(RouteError) in
        if let bridge = try connection.link(name.interface) {
          try connection.shape(bridge.index, shape)
        }
      }
    }
  }

  /// Finds out whether other programs' rules drop what these networks forward; where Docker is to
  /// let it pass, sees to that first.
  private static func meetForeignRules(_ starts: [NetworkStart]) {
    let forwarding = starts.filter { !$0.record.forwards.isEmpty }
    if forwarding.isEmpty { return }
    // What cannot be asked about is not warned of: the networks are up all the same.
    let dockers = forwarding.filter(\.withDocker)
    guard var rules = try? ForeignRules(withDocker: !dockers.isEmpty) else { return }
    for start in dockers {
      start.attempt { () throws(EngineError) in try start.passDocker(rules.docker) }
    }
    if !dockers.isEmpty, let changed = try? ForeignRules() { rules = changed }
    for start in forwarding { start.warnings += rules.warnings(start.plan) }
  }

  private func passDocker(_ families: [String]) throws(EngineError) {
    guard let bridge = plan.bridge?.name else { return }
    if families.isEmpty {
      warnings.append(
        Warning(words: "there is no chain DOCKER-USER to let packets pass in", advice: nil))
      return
    }
    record.docker = families
    try record.write(name)
    try DockerRules.insert(bridge, families)
  }

  private func undo(with others: Set<NetworkName> = []) {
    // It may be active already, if the lock could not be given back.
    attempt { () throws(EngineError) in try ActiveNetworks.remove(name) }
    attempt { () throws(EngineError) in
      try NetworkStop.undo(name, record, lock, wasActive: false, with: others)
    }
  }
}

extension Plan {
  /// The plan of a network, with its files where they are.
  static func of(_ network: Network) throws(EngineError) -> Plan {
    let paths = Places.dnsmasq(network.name, user: try Dnsmasq.user())
    do throws(Plan.Refusal) { return try Plan(network, files: paths) } catch {
      throw .plan(network.name, error)
    }
  }
}

extension Network {
  /// The network as it runs: what the definition leaves to us is said.
  var live: Network {
    var live = self
    if let forward, forward.mode == .nat, forward.ports == nil {
      live.forward?.ports = .unprivileged
    }
    return live
  }
}
