internal import LinuxHost
internal import LinuxTypes
public import NetworkModel
internal import RouteNetlink

/// Networks brought up and down. Each is one transaction: what was done is undone, in reverse, if
/// the rest fails, and what a process that was killed left behind is undone by the next one.
public enum RunningNetwork {
  /// Brings up the network that is defined under `name`. With Docker, chain DOCKER-USER lets its
  /// packets pass for as long as it runs.
  ///
  /// Returns what was found that keeps packets from passing all the same.
  @discardableResult
  public static func start(
    _ name: NetworkName, withDocker: Bool = false
  ) throws(EngineError) -> [Warning] {
    try locked(name) { lock throws(EngineError) in
      if ActiveNetworks.contains(name) { throw .alreadyActive(name) }
      guard let network = try Definitions.settled(name) else { throw .noSuchNetwork(name.text) }
      return try start(network, lock, withDocker: withDocker)
    }
  }

  /// Brings up the network that `bytes` describe; unless it is defined too, it is forgotten when it
  /// stops. `source` is what errors call them.
  ///
  /// Returns the network, what it left open settled, and what was found that keeps its packets from
  /// passing all the same.
  public static func create(
    _ bytes: [UInt8], source: String
  ) throws(EngineError) -> (network: Network, warnings: [Warning]) {
    let given = try Definitions.parse(bytes, source: source)
    return try locked(given.name) { lock throws(EngineError) in
      // Held until it is active, so that no other gets its UUID or its bridge meanwhile.
      try Lock.hold(try Lock.definitions()) { _ throws(EngineError) in
        let network = try Definitions.unique(given)
        if ActiveNetworks.contains(network.name) { throw .activeAs(network.name) }
        return (network, try start(network, lock))
      }
    }
  }

  /// What became of one of several networks.
  public enum Outcome: Sendable {
    /// It is up.
    case started(NetworkName)
    /// It is not, and nothing of it is there.
    case failed(NetworkName, EngineError)
  }

  /// Brings up all networks that are defined and do not run, or of these only the ones that start
  /// with the machine: their rules in one transaction, their dnsmasqs side by side.
  ///
  /// `ready` is called for each that has come as far as to serve, for who wants to know how far it
  /// is. `report` is told of each, when it is clear what became of it, and `warn` of what keeps
  /// packets of one that is up from passing. One that fails does not stop the others. Throws if it
  /// cannot be found out which there are, or nothing can be begun.
  public static func startAll(
    onlyAutostarted: Bool = false, withDocker: Bool = false, ready: () -> Void = {},
    warn: (NetworkName, Warning) -> Void = { _, _ in }, _ report: (Outcome) -> Void
  ) throws(EngineError) {
    try Lock.tidying { () throws(EngineError) in
      let names = try NetworkSummary.all()
        .filter { !$0.isActive && $0.isPersistent && ($0.isAutostarted || !onlyAutostarted) }
        .map(\.name)
      let connection = try routes { () throws(RouteError) in try RouteConnection.open() }
      // A lock each, and what is open at any time besides.
      DescriptorLimit.raise(to: names.count + 256)
      var found: [(network: Network, lock: Int32)] = []
      var locks: [HeldLock] = []
      for name in names {
        do throws(EngineError) {
          let lock = HeldLock(try Lock.network(name))
          locks.append(lock)
          // Somebody else was faster.
          if ActiveNetworks.contains(name) { continue }
          guard let network = try Definitions.settled(name) else { continue }
          // Of all, before it is looked what the host has: what is left of one is in its own way.
          try NetworkStart.removeRest(of: name, lock.descriptor)
          found.append((network, lock.descriptor))
        } catch { report(.failed(name, error)) }
      }
      var uses: OverlapCheck?
      var starts: [NetworkStart] = []
      for (network, lock) in found {
        do throws(EngineError) {
          starts.append(
            try NetworkStart(network, lock, withDocker: withDocker, &uses, connection))
        } catch { report(.failed(network.name, error)) }
      }
      NetworkStart.run(starts, connection, ready: ready) { start in
        do throws(EngineError) {
          try start.failures.rethrow()
          report(.started(start.network.name))
          for warning in start.warnings { warn(start.network.name, warning) }
        } catch { report(.failed(start.network.name, error)) }
      }
      var failures = Failures()
      for lock in locks { failures.attempt { () throws(EngineError) in try lock.release() } }
      try failures.rethrow()
    }
  }

  /// Takes a network down, and all that a start of it that was killed may have left.
  public static func stop(_ name: NetworkName) throws(EngineError) {
    try locked(name) { lock throws(EngineError) in
      let isActive = ActiveNetworks.contains(name)
      if !isActive, !File.exists(Places.running(name)) {
        throw try WithoutRecord.network(name) == nil ? .notActive(name) : .runsWithoutRecord(name)
      }
      let record = try AppliedRecord.readKnown(name)
      if isActive {
        // The definition may be the other half of a change that was killed; all else goes anyway.
        _ = try? ChangeJournal.settle(name, lock)
      }
      // From here on it is not active, so that a start finishes this if we are killed.
      if isActive { try ActiveNetworks.remove(name) }
      try NetworkStop.undo(name, record, lock, wasActive: isActive)
    }
  }

  private static func locked<Result>(
    _ name: NetworkName, _ body: (Int32) throws(EngineError) -> Result
  ) throws(EngineError) -> Result {
    try Lock.tidying { () throws(EngineError) in
      try Lock.hold(try Lock.network(name), body)
    }
  }

  /// Puts right what is not as it has to be for the network called `name`, or has been left by a
  /// start, a stop or a change of it that was killed; guests stay plugged in. What was done, in
  /// words; empty if nothing was wrong.
  ///
  /// Throws if there is nothing of it, or something could not be put right.
  public static func repair(_ name: NetworkName) throws(EngineError) -> [String] {
    try locked(name) { lock throws(EngineError) in
      var failures = Failures()
      var deeds: [String] = []
      do throws(EngineError) { deeds += try repairAllButFirewall(name, lock) } catch {
        failures.add(error)
      }
      if ActiveNetworks.contains(name) {
        do throws(EngineError) {
          if let deed = try Repair.firewall() { deeds.append(deed) }
        } catch { failures.add(error) }
      }
      try failures.rethrow()
      return deeds
    }
  }

  /// What became of one of several repairs.
  public enum RepairOutcome: Sendable {
    /// What was done, in words; empty if nothing was wrong.
    case repaired(NetworkName, [String])
    /// Something could not be put right.
    case failed(NetworkName, EngineError)
    /// What was done with the rules that networks have in common.
    case firewall(String)
  }

  /// Repairs all networks of which anything is there. `report` is told of each in turn.
  public static func repairAll(_ report: (RepairOutcome) -> Void) throws(EngineError) {
    let running = try files { () throws(FileError) in try Directory.names(Places.running) }
    let names = Set(running.compactMap { NetworkName($0) }).union(try ActiveNetworks.names())
      .union(try WithoutRecord.all().map(\.name))
    for name in names.sorted() {
      do throws(EngineError) {
        report(
          .repaired(
            name,
            try locked(name) { lock throws(EngineError) in
              try repairAllButFirewall(name, lock)
            }))
      } catch { report(.failed(name, error)) }
    }
    try Lock.tidying { () throws(EngineError) in
      if let deed = try Repair.firewall() { report(.firewall(deed)) }
    }
  }

  private static func repairAllButFirewall(
    _ name: NetworkName, _ lock: Int32
  ) throws(EngineError) -> [String] {
    guard ActiveNetworks.contains(name) else {
      guard File.exists(Places.running(name)) else { return try takeOver(name, lock) }
      try NetworkStop.undo(name, try AppliedRecord.readKnown(name), lock, wasActive: false)
      return ["took away what a start or stop that did not end had left"]
    }
    var deeds: [String] = []
    if try ChangeJournal.settle(name, lock) {
      deeds.append("brought a change that did not end to its end")
    }
    let live = try Definitions.live(name)
    let network = if let live { live } else { try Definitions.network(name) }
    guard let network else {
      // Nobody knows any more how it ran.
      try ActiveNetworks.remove(name)
      try NetworkStop.undo(name, try AppliedRecord.readKnown(name), lock, wasActive: true)
      return deeds + ["took it down, since nothing says any more how it is to run"]
    }
    var repair = try Repair(network, lock)
    try repair.run()
    return deeds + repair.deeds
  }

  /// Takes over a network that runs without a record.
  private static func takeOver(
    _ name: NetworkName, _ lock: Int32
  ) throws(EngineError) -> [String] {
    guard let network = try WithoutRecord.network(name) else { throw .notActive(name) }
    try WithoutRecord.adopt(network)
    var repair = try Repair(network, lock)
    try repair.run()
    return ["took it over, of whose run nothing was noted"] + repair.deeds
  }

  /// Brings one network up.
  private static func start(
    _ network: Network, _ lock: Int32, withDocker: Bool = false
  ) throws(EngineError) -> [Warning] {
    let connection = try routes { () throws(RouteError) in try RouteConnection.open() }
    var uses: OverlapCheck?
    let start = try NetworkStart(network, lock, withDocker: withDocker, &uses, connection)
    NetworkStart.run([start], connection) { _ in }
    try start.failures.rethrow()
    return start.warnings
  }
}
