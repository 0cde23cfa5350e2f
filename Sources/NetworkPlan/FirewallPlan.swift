public import NetworkModel

/// The part of table `inet tapster` that is one network's, and the transactions that put it in and
/// take it out.
///
/// The table has a few base chains, each of which looks a packet's interface up in a verdict map,
/// so that a packet meets only the chains of the networks it goes from and to, however many there
/// are; and a connection to the host is looked up by its port:
///
///     forward      oifname vmap @to_guests, iifname vmap @from_guests
///     input        iifname vmap @to_host
///     prerouting   protocol . port (. address) vmap @forwarded…
///     output       the same, for the host's own connections
///     postrouting  iifname vmap @masqueraded, oifname vmap @published
///
/// A packet from one network to another passes the second's `to_guests` and then the first's
/// `from_guests`; the former lets good packets return instead of accepting them, so both have to
/// agree. A policy is asked about every packet of a connection, by what the connection's first one
/// said (`ct original`), so that one it no longer allows ends and one it still allows goes on.
///
/// Every transaction can be repeated: it adds what it then changes or deletes. Those of one network
/// need the table whole. What is meant is what libvirt's rules mean (`man 8 nft` for the language).
public struct FirewallPlan: Equatable, Sendable {
  /// The name of the table, and its family.
  public static let table = "inet tapster"

  /// The bridge that the rules are for.
  public let bridge: BridgeName
  /// The ports of the host that lead into the network.
  public let forwardedPorts: [ForwardedPort]
  /// The transaction, as `nft -f -` takes it, that puts the network's rules in, in a table that has
  /// its base chains and nothing else of the network's than maybe the same rules.
  public let installation: String
  private let chains: [NetworkChain]
  /// How many rules each of ``chains`` has.
  private let ruleCounts: [Int]

  /// The transaction that takes them out again.
  public var removal: String { Self.removal(of: bridge, forwardedPorts) }

  /// The transaction that takes out the table, for when the last network is gone.
  public static let removalOfAll = "add table \(table)\ndelete table \(table)\n"

  /// The name of the chain that limits how fast packets leave a bridge's network; it is no part of
  /// ``installation``, since it needs the bridge.
  public static func limitChain(of bridge: BridgeName) -> String {
    NetworkChain.name("outbound", bridge)
  }

  /// The names of all chains that a network on that bridge may have in the table.
  public static func chainNames(of bridge: BridgeName) -> Set<String> {
    Set(NetworkChain.allCases.map { $0.name(bridge) } + [limitChain(of: bridge)])
  }

  /// nil for a network of mode `open` without a policy.
  init?(_ network: Network, bridge: BridgeName) throws(Plan.Refusal) {
    let rules: FirewallRules
    do throws(PolicyRefusal) { rules = try FirewallRules(network, bridge) } catch {
      throw .policy(error)
    }
    let chains = rules.all
    if chains.isEmpty { return nil }
    self.bridge = bridge
    self.chains = chains.map(\.chain)
    ruleCounts = chains.map(\.rules.count)
    forwardedPorts = rules.forwards.map(\.forward.forwardedPort)
    var text = ""
    for (chain, _) in chains {
      let name = chain.name(bridge)
      text += "add chain \(Self.table) \(name)\nflush chain \(Self.table) \(name)\n"
    }
    for (chain, rules) in chains {
      for rule in rules { text += "add rule \(Self.table) \(chain.name(bridge)) \(rule)\n" }
    }
    for (chain, _) in chains { text += Self.element("add", chain, bridge) }
    for port in forwardedPorts { text += Self.element("add", port, bridge) }
    installation = text
  }

  /// Whether the network's chains, and those that lead to them, are among what is in force, each
  /// with as many rules as it has to have.
  public func isWhole(in installed: InstalledRules) -> Bool {
    let isBaseWhole = Self.bases.allSatisfy {
      installed.has(chain: $0.name, rules: $0.rules.count, isHooked: true)
    }
    let arePartsWhole = zip(chains, ruleCounts).allSatisfy { chain, count in
      installed.has(chain: chain.name(bridge), rules: count)
        && chain.map.map { installed.has(bridge.text, inMap: $0) } ?? true
    }
    return isBaseWhole && arePartsWhole
  }

  /// The transaction that takes out whatever is there for a bridge of that name and those ports.
  /// Like ``installation`` it is refused where the table is not there: then somebody else emptied
  /// it, and ``skeleton`` and what other networks have in it are to be put back.
  public static func removal(
    of bridge: BridgeName, _ forwardedPorts: [ForwardedPort] = []
  ) -> String {
    removal(NetworkChain.allCases, forwardedPorts, of: bridge)
  }

  /// The transaction that puts these rules in place of those of `old`, a plan for the same bridge.
  /// Nothing of the network's passes without rules meanwhile.
  public func replacement(of old: FirewallPlan) -> String {
    let endedPorts = old.forwardedPorts.filter { !forwardedPorts.contains($0) }
    let endedChains = old.chains.filter { !chains.contains($0) }
    // The ports go first, since new ones may overlap them; the chains last, since rules of others
    // may still jump to them.
    return Self.removal([], endedPorts, of: bridge) + installation
      + Self.removal(endedChains, [], of: bridge)
  }

  /// The transaction that makes the table out of nothing, with all that these networks have in it,
  /// whatever it had before: for a start of many, and where the table's state is not known.
  public static func whole(_ plans: [FirewallPlan]) -> String {
    removalOfAll + skeleton + plans.map(\.installation).joined()
  }

  private static func removal(
    _ chains: [NetworkChain], _ forwardedPorts: [ForwardedPort], of bridge: BridgeName
  ) -> String {
    var text = ""
    var needed = chains
    if !forwardedPorts.isEmpty, !needed.contains(.forwarded) { needed.append(.forwarded) }
    for chain in needed { text += "add chain \(table) \(chain.name(bridge))\n" }
    for port in forwardedPorts {
      text += element("add", port, bridge) + element("delete", port, bridge)
    }
    for chain in chains {
      text += element("add", chain, bridge) + element("delete", chain, bridge)
      text += "flush chain \(table) \(chain.name(bridge))\n"
    }
    for chain in chains { text += "delete chain \(table) \(chain.name(bridge))\n" }
    return text
  }

  private static func element(
    _ verb: String, _ chain: NetworkChain, _ bridge: BridgeName
  ) -> String {
    guard let map = chain.map else { return "" }
    let verdict = verb == "add" ? " : jump \(chain.name(bridge))" : ""
    return "\(verb) element \(table) \(map) { \"\(bridge)\"\(verdict) }\n"
  }

  private static func element(
    _ verb: String, _ port: ForwardedPort, _ bridge: BridgeName
  ) -> String {
    let verdict = verb == "add" ? " : jump \(NetworkChain.forwarded.name(bridge))" : ""
    let (map, key) = port.element
    return "\(verb) element \(table) \(map) { \(key)\(verdict) }\n"
  }

  /// The names of the chains that are no network's own.
  public static let baseChains = Set(bases.map(\.name))

  private static let bases: [(name: String, type: String, priority: String, rules: [String])] = {
    let byPort = [
      "meta l4proto . th dport vmap @forwarded",
      "meta l4proto . th dport . ip daddr vmap @forwarded_at_ipv4",
      "meta l4proto . th dport . ip6 daddr vmap @forwarded_at_ipv6",
    ]
    return [
      ("forward", "filter", "filter", ["oifname vmap @to_guests", "iifname vmap @from_guests"]),
      ("input", "filter", "filter", ["iifname vmap @to_host"]),
      ("prerouting", "nat", "dstnat", byPort),
      ("output", "nat", "-100", byPort),
      (
        "postrouting", "nat", "srcnat",
        ["iifname vmap @masqueraded", "oifname vmap @published"]
      ),
    ]
  }()

  /// What to put in front of ``installation`` where the table is not there, or not whole: the
  /// table, the maps and the base chains. Elsewhere it is left out, since the kernel waits some
  /// milliseconds for what replaces rules.
  public static let skeleton: String = {
    var text = "add table \(table)\n"
    for map in NetworkChain.allCases.compactMap(\.map) {
      text += "add map \(table) \(map) { type ifname : verdict; }\n"
    }
    for (map, address) in [
      ("forwarded", ""), ("forwarded_at_ipv4", " . ipv4_addr"),
      ("forwarded_at_ipv6", " . ipv6_addr"),
    ] {
      text += "add map \(table) \(map) "
      text += "{ type inet_proto . inet_service\(address) : verdict; flags interval; }\n"
    }
    for base in bases {
      text += "add chain \(table) \(base.name) { type \(base.type) hook \(base.name) "
      text += "priority \(base.priority); policy accept; }\n"
      // The same rules again: a chain has no "add this rule unless it is there".
      text += "flush chain \(table) \(base.name)\n"
      for rule in base.rules { text += "add rule \(table) \(base.name) \(rule)\n" }
    }
    return text
  }()
}
