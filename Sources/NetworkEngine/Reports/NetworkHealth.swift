internal import LinuxHost
internal import LinuxTypes
public import NetworkModel
internal import NetworkPlan
internal import RouteNetlink

/// How well a network does what it is planned to, as far as can be seen without changing anything.
public struct NetworkHealth: Sendable {
  /// What of a network's firewall rules is there.
  public enum Rules: Sendable { case right, gone, unseen }
  /// Whether its dnsmasq runs.
  public enum Server: Sendable { case notNeeded, runs, dead }

  /// Its name.
  public let name: NetworkName
  /// Whether it runs.
  public let isActive: Bool
  /// Whether it starts with the machine.
  public let isAutostarted: Bool
  /// Whether a start or a stop of it that did not come to its end left something.
  public let isLeftOver: Bool
  /// The bridge that its guests are plugged into; nil if it has none or is not known.
  public private(set) var bridge: BridgeName?
  /// Whether that comes and goes with it.
  public private(set) var makesBridge = true
  /// Why it cannot be told what it is to be, or cannot be that; nil if it can.
  public private(set) var problem: EngineError?
  /// For which versions of IP the host has to forward.
  public private(set) var forwards: [IPAddress.Family] = []
  /// For which of them it does not.
  public private(set) var notForwarded: [IPAddress.Family] = []
  /// The only interfaces by which packets may leave; none for any.
  public private(set) var exits: [BridgeName] = []
  /// Whether its firewall rules are there.
  public private(set) var rules = Rules.right
  /// What other programs' rules do to it.
  public private(set) var warnings: [Warning] = []
  /// Whether its dnsmasq runs.
  public private(set) var server = Server.notNeeded
  /// Where that one answers.
  public private(set) var addresses: [IPAddress] = []
  /// What of the host overlaps its blocks: an ``EngineError/overlap(_:with:isRoute:interface:)``.
  public private(set) var overlap: EngineError?

  fileprivate init(_ summary: NetworkSummary) {
    name = summary.name
    isActive = summary.isActive
    isAutostarted = summary.isAutostarted
    isLeftOver = !summary.isActive && File.exists(Places.running(summary.name))
  }

  fileprivate mutating func look(_ surroundings: borrowing NetworkSurroundings)
    throws(EngineError)
  {
    guard let network = try NetworkState.find(name: name)?.network else { return }
    bridge = network.bridgeName
    makesBridge = network.makesBridge
    exits = makesBridge ? network.forward?.interfaces ?? [] : []
    let plan = try Plan.of(network)
    addresses = plan.bridge?.addresses.map(\.address) ?? []
    if plan.forwardsIPv4 { forwards.append(.ipv4) }
    if plan.forwardsIPv6 { forwards.append(.ipv6) }
    do throws(EngineError) { try surroundings.checkOverlap(plan, isActive: isActive) } catch {
      guard case .overlap = error else { throw error }
      overlap = error
    }
    guard isActive else { return }
    for family in forwards {
      let isOn = try family == .ipv4 ? Forwarding.ipv4.isOn : Forwarding.ipv6.isOn
      if !isOn { notForwarded.append(family) }
    }
    if let part = FirewallPart(plan) {
      rules = surroundings.installed.map { part.isWhole(in: $0) ? .right : .gone } ?? .unseen
    }
    warnings = surroundings.foreign?.warnings(plan) ?? []
    if plan.dnsmasq != nil { server = try Dnsmasq.isSeen(name) ? .runs : .dead }
  }

  /// Of all networks that are defined or run, sorted by their names.
  public static func all() throws(EngineError) -> [NetworkHealth] {
    let summaries = try NetworkSummary.all()
    let surroundings = try NetworkSurroundings.ask(
      anyActive: summaries.contains(where: \.isActive))
    return summaries.map { summary in
      var health = NetworkHealth(summary)
      do throws(EngineError) { try health.look(surroundings) } catch { health.problem = error }
      return health
    }
  }
}

/// What networks meet on their host, asked for once.
private struct NetworkSurroundings: ~Copyable {
  /// Our own rules; nil if they cannot be seen.
  let installed: InstalledRules?
  /// The rules of others, likewise.
  let foreign: ForeignRules?
  private let uses: OverlapCheck
  private let connection: RouteConnection

  private init(
    _ installed: InstalledRules?, _ foreign: ForeignRules?, _ uses: OverlapCheck,
    _ connection: consuming RouteConnection
  ) {
    self.installed = installed
    self.foreign = foreign
    self.uses = uses
    self.connection = connection
  }

  /// Asks; for our rules and others' only if there is an active network.
  static func ask(anyActive: Bool) throws(EngineError) -> NetworkSurroundings {
    var installed: InstalledRules?
    var foreign: ForeignRules?
    // The kernel lists rules to root only.
    if EffectiveUser.isRootOfHost, anyActive {
      let table = FirewallPlan.table.split(separator: " ").map { String($0) }
      installed = InstalledRules(json: try Firewall.list(["-j", "list", "table"] + table))
      foreign = try ForeignRules()
    }
    let connection = try routes { () throws(RouteError) in try RouteConnection.open() }
    return NetworkSurroundings(installed, foreign, try OverlapCheck(over: connection), connection)
  }

  /// Throws what of the host overlaps a plan's blocks, beside its own bridge if it runs.
  borrowing func checkOverlap(_ plan: Plan, isActive: Bool) throws(EngineError) {
    guard let bridge = plan.bridge?.name, !plan.subnets.isEmpty else { return }
    let own = try routes { () throws(RouteError) in try connection.link(bridge.interface) }
    try uses.check(plan, over: connection, besides: isActive ? own?.index : nil)
  }
}
