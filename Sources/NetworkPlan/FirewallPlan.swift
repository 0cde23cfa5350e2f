public import NetworkModel

/// The part of table `inet tapster` that is one network's, and the transactions that put it in and
/// take it out.
///
/// The table has a few base chains, each of which looks the interface up in a verdict map, so that
/// a packet meets only the chains of the networks it goes from and to, however many there are:
///
///     forward      oifname vmap @to_guests, iifname vmap @from_guests
///     postrouting  iifname vmap @masqueraded
///     input        iifname vmap @to_host
///     output       oifname vmap @from_host
///
/// A packet from one network to another passes the second's `to_guests` and then the first's
/// `from_guests`; the former lets good packets return instead of accepting them, so both have to
/// agree.
///
/// Every transaction can be repeated: it adds what it then changes or deletes. Those of one network
/// need the table whole. What is meant is what libvirt's rules mean (`man 8 nft` for the language).
public struct FirewallPlan: Equatable, Sendable {
  /// The name of the table, and its family.
  public static let table = "inet tapster"

  /// The transaction, as `nft -f -` takes it, that puts the network's rules in place of any that it
  /// has, in a table that has its base chains.
  public let installation: String
  /// The transaction that takes them out again.
  public let removal: String

  /// The transaction that takes out the table, for when the last network is gone.
  public static let removalOfAll = "add table \(table)\ndelete table \(table)\n"

  /// nil for a network of mode `open`.
  init?(_ network: Network, bridge: BridgeName) {
    if network.forward?.mode == .open { return nil }
    let chains = Chain.allCases.filter { $0 != .masquerade || network.forward?.mode == .nat }
    var installation = ""
    for chain in chains {
      let name = chain.name(bridge)
      installation += "add chain \(Self.table) \(name)\nflush chain \(Self.table) \(name)\n"
      for rule in Self.rules(chain, network, bridge) {
        installation += "add rule \(Self.table) \(name) \(rule)\n"
      }
    }
    for chain in chains { installation += Self.element("add", chain, bridge) }
    self.installation = installation
    removal = Self.removal(of: bridge)
  }

  /// The transaction that takes out whatever is there for a bridge of that name. Like
  /// ``installation`` it is refused where the table is not there: then somebody else emptied it,
  /// and ``skeleton`` and what other networks have in it are to be put back.
  public static func removal(of bridge: BridgeName) -> String {
    var text = ""
    for chain in Chain.allCases {
      text += "add chain \(table) \(chain.name(bridge))\n"
      text += element("add", chain, bridge) + element("delete", chain, bridge)
      text += "flush chain \(table) \(chain.name(bridge))\n"
      text += "delete chain \(table) \(chain.name(bridge))\n"
    }
    return text
  }

  /// The chains of a network; each is found by the bridge's name in the map that is called the
  /// same.
  private enum Chain: String, CaseIterable {
    case to = "to_guests"
    case from = "from_guests"
    case masquerade = "masqueraded"
    case toHost = "to_host"
    case fromHost = "from_host"

    /// The chain's name: the map's and the bridge's, of which any byte but a letter, a digit and
    /// `_` is written `.XX`.
    func name(_ bridge: BridgeName) -> String {
      var name = "\(rawValue)_"
      for byte in bridge.text.utf8 {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
          UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
          name.unicodeScalars.append(Unicode.Scalar(byte))
        default:
          name += byte < 16 ? ".0" : "."
          name += String(byte, radix: 16)
        }
      }
      return name
    }
  }

  private static func element(_ verb: String, _ chain: Chain, _ bridge: BridgeName) -> String {
    let verdict = verb == "add" ? " : jump \(chain.name(bridge))" : ""
    return "\(verb) element \(table) \(chain.rawValue) { \"\(bridge)\"\(verdict) }\n"
  }

  /// What to put in front of ``installation`` where the table is not there, or not whole: the
  /// table, the maps and the base chains. Elsewhere it is left out, since the kernel waits some
  /// milliseconds for what replaces rules.
  public static let skeleton: String = {
    var text = "add table \(table)\n"
    for chain in Chain.allCases {
      text += "add map \(table) \(chain.rawValue) { type ifname : verdict; }\n"
    }
    let bases: [(name: String, type: String, priority: String, rules: [String])] = [
      ("forward", "filter", "filter", ["oifname vmap @to_guests", "iifname vmap @from_guests"]),
      ("postrouting", "nat", "srcnat", ["iifname vmap @masqueraded"]),
      ("input", "filter", "filter", ["iifname vmap @to_host"]),
      ("output", "filter", "filter", ["oifname vmap @from_host"]),
    ]
    for base in bases {
      text += "add chain \(table) \(base.name) { type \(base.type) hook \(base.name) "
      text += "priority \(base.priority); policy accept; }\n"
      // The same rules again: a chain has no "add this rule unless it is there".
      text += "flush chain \(table) \(base.name)\n"
      for rule in base.rules { text += "add rule \(table) \(base.name) \(rule)\n" }
    }
    return text
  }()

  private static func rules(_ chain: Chain, _ network: Network, _ bridge: BridgeName) -> [String] {
    let subnets = network.blocks.compactMap { $0.network?.ipv4 }
    let outwards = network.forward?.interfaces.first.map { "oifname \"\($0)\" " } ?? ""
    let inwards = network.forward?.interfaces.first.map { "iifname \"\($0)\" " } ?? ""
    var rules: [String] = []
    switch chain {
    case .to:
      rules.append("iifname \"\(bridge)\" accept")
      if let forward = network.forward {
        let answers = forward.mode == .nat ? "ct state established,related " : ""
        rules += subnets.map { "\(inwards)ip daddr \($0) \(answers)return" }
      }
      rules.append("reject")
    case .from:
      if network.forward != nil { rules += subnets.map { "\(outwards)ip saddr \($0) accept" } }
      rules.append("reject")
    case .masquerade:
      let forward = network.forward ?? Forward(mode: .nat)
      let ports = forward.ports ?? .unprivileged
      let verdict: (String) -> String = { ports in
        guard let addresses = forward.addresses else {
          return "masquerade" + (ports.isEmpty ? "" : " to \(ports)")
        }
        let range =
          addresses.count == 1 ? "\(addresses.first)" : "\(addresses.first)-\(addresses.last)"
        return "snat ip to \(range)\(ports)"
      }
      for subnet in subnets {
        let leaving = "\(outwards)ip saddr \(subnet) "
        // What stays in the link and what stays in the subnet keeps its address.
        rules.append(
          "ip saddr \(subnet) ip daddr { \(subnet), 224.0.0.0/24, 255.255.255.255 } return")
        // Ports that need privilege are left to programs of the host.
        for transport in ["tcp", "udp"] {
          rules.append("\(leaving)meta l4proto \(transport) \(verdict(":\(ports)"))")
        }
        rules.append(leaving + verdict(""))
      }
    case .toHost: rules = ["udp dport { 53, 67 } accept", "tcp dport { 53, 67 } accept"]
    case .fromHost: rules = ["udp sport { 53, 67 } accept", "tcp sport { 53, 67 } accept"]
    }
    return rules
  }
}
