/// The rules of other programs, as `nft -j list ruleset` prints them (`man 5 libnftables-json`), as
/// far as they decide about what guests send and are sent.
struct ForeignRuleset {
  /// A chain.
  struct Chain: Hashable {
    var family: String
    var table: String
    var name: String
  }

  /// A chain that the kernel itself calls for what is forwarded, or for what is sent to the host.
  struct Base {
    var chain: Chain
    var isInput: Bool
    var drops: Bool
  }

  /// The base chains.
  private(set) var bases: [Base] = []
  private(set) var chains: Set<Chain> = []
  private var rules: [Chain: [[JSONValue]]] = [:]
  private var sets: [Chain: [JSONValue]] = [:]

  /// Reads the text; nil if it is not of that form. Table `inet tapster` is left out.
  init?(_ text: [UInt8]) {
    guard let entries = JSONValue(text)?["nftables"]?.array else { return nil }
    for entry in entries {
      if let entry = entry["chain"], let chain = Self.place(entry, "name") {
        chains.insert(chain)
        guard let hook = entry["hook"]?.string, hook == "forward" || hook == "input",
          entry["type"]?.string == "filter", ["ip", "ip6", "inet"].contains(chain.family)
        else { continue }
        bases.append(
          Base(
            chain: chain, isInput: hook == "input", drops: entry["policy"]?.string == "drop"))
      } else if let entry = entry["rule"], let chain = Self.place(entry, "chain") {
        rules[chain, default: []].append(entry["expr"]?.array ?? [])
      } else if let entry = entry["set"], let set = Self.place(entry, "name") {
        sets[set] = entry["elem"]?.array ?? []
      }
    }
  }

  private static func place(_ entry: JSONValue, _ name: String) -> Chain? {
    guard let family = entry["family"]?.string, let table = entry["table"]?.string,
      let name = entry[name]?.string, "\(family) \(table)" != FirewallPlan.table
    else { return nil }
    return Chain(family: family, table: table, name: name)
  }

  /// A kind of packets.
  enum Packet: CaseIterable {
    /// A new connection's first, from a guest to the outside.
    case leaving
    /// A later one of it, back to the guest.
    case returning
    /// What a guest asks of the host's dnsmasq: DNS and DHCP, by UDP.
    case askingNames, askingAddress

    /// The port that it is for, if that is known.
    var port: Int? {
      switch self {
      case .leaving, .returning: nil
      case .askingNames: 53
      case .askingAddress: 67
      }
    }
  }

  /// What becomes of a packet in a chain.
  enum Fate { case accepted, dropped, undecided }

  /// Whether a base chain lets a packet of `bridge` go on. What depends on more than the bridge and
  /// the connection's state decides nothing: neither what lets some packets pass, nor what drops
  /// some.
  func lets(_ packet: Packet, of bridge: String, pass base: Base) -> Bool {
    var known: [Chain: Fate] = [:]
    switch fate(packet, bridge, base.chain, &known, depth: 0) {
    case .accepted: return true
    case .dropped: return false
    case .undecided: return !base.drops
    }
  }

  /// Whether a chain of that name is in the table of another.
  func has(_ name: String, beside chain: Chain) -> Bool {
    chains.contains(Chain(family: chain.family, table: chain.table, name: name))
  }

  private func fate(
    _ packet: Packet, _ bridge: String, _ chain: Chain, _ known: inout [Chain: Fate], depth: Int
  ) -> Fate {
    // The kernel goes no deeper (NFT_JUMP_STACK_SIZE), and refuses circles.
    guard depth < 16 else { return .undecided }
    if let fate = known[chain] { return fate }
    let fate = walk(packet, bridge, chain, &known, depth: depth)
    known[chain] = fate
    return fate
  }

  private func walk(
    _ packet: Packet, _ bridge: String, _ chain: Chain, _ known: inout [Chain: Fate], depth: Int
  ) -> Fate {
    for rule in rules[chain] ?? [] {
      guard let verdict = verdict(rule, packet, bridge, chain) else { continue }
      switch verdict {
      case .accept: return .accepted
      case .drop: return .dropped
      case .return: return .undecided
      case .jump(let name):
        let fate = fate(packet, bridge, beside(chain, name), &known, depth: depth + 1)
        if fate != .undecided { return fate }
      case .goto(let name):
        return fate(packet, bridge, beside(chain, name), &known, depth: depth + 1)
      }
    }
    return .undecided
  }

  private func beside(_ chain: Chain, _ name: String) -> Chain {
    Chain(family: chain.family, table: chain.table, name: name)
  }

  private enum Verdict {
    case accept, drop, `return`
    case jump(String)
    case goto(String)

    /// What a statement says; nil if it is none of these.
    init?(_ statement: JSONValue) {
      guard case .object(let members) = statement else { return nil }
      if members["accept"] != nil {
        self = .accept
      } else if members["drop"] != nil || members["reject"] != nil {
        self = .drop
      } else if members["return"] != nil {
        self = .return
      } else if let target = members["jump"]?["target"]?.string {
        self = .jump(target)
      } else if let target = members["goto"]?["target"]?.string {
        self = .goto(target)
      } else {
        return nil
      }
    }
  }

  /// What a rule says of a packet; nil if nothing, or nothing that is sure.
  private func verdict(
    _ rule: [JSONValue], _ packet: Packet, _ bridge: String, _ chain: Chain
  ) -> Verdict? {
    var isSure = true
    for statement in rule {
      if let verdict = Verdict(statement) {
        if !isSure, case .accept = verdict { return verdict }
        return isSure ? verdict : nil
      }
      guard case .object(let members) = statement, let (name, content) = members.first else {
        return nil
      }
      switch name {
      case "match": if matches(content, packet, bridge, chain) != true { return nil }
      case "vmap":
        for pair in content["data"]?["set"]?.array ?? [] {
          guard let pair = pair.array, pair.count == 2,
            let left = content["key"],
            matches(left, pair[0], packet, bridge, chain) == true
          else { continue }
          if let verdict = Verdict(pair[1]) { return verdict }
        }
      case "limit", "quota": return nil
      case "xt":
        switch (content["type"]?.string, content["name"]?.string) {
        case ("target", "REJECT"): return isSure ? .drop : nil
        case ("target", _), ("match", "comment"): break
        // What iptables asks about the state of a connection is not printed. Everybody lets pass
        // what belongs to a connection, in this way.
        case ("match", "conntrack"), ("match", "state"):
          if packet != .returning { return nil }
          isSure = false
        // Nor what ports it lists. Where it is about UDP, ours are likely among them.
        case ("match", "multiport"):
          if packet.port == nil { return nil }
          isSure = false
        default: return nil
        }
      default: break
      }
    }
    return nil
  }

  /// Whether a condition holds; nil if that depends on more than is known.
  private func matches(
    _ match: JSONValue, _ packet: Packet, _ bridge: String, _ chain: Chain
  ) -> Bool? {
    guard let left = match["left"], let right = match["right"] else { return nil }
    let holds = matches(left, right, packet, bridge, chain)
    return match["op"]?.string == "!=" ? holds.map { !$0 } : holds
  }

  private func matches(
    _ left: JSONValue, _ right: JSONValue, _ packet: Packet, _ bridge: String, _ chain: Chain
  ) -> Bool? {
    if left["ct"]?["key"]?.string == "state" {
      let state = packet == .returning ? "established" : "new"
      return values(right, chain)?.contains(state)
    }
    let payload = (left["payload"]?["protocol"]?.string, left["payload"]?["field"]?.string)
    switch (left["meta"]?["key"]?.string, payload) {
    case ("iifname", _), ("iif", _):
      return packet == .returning
        ? isElsewhere(right, chain) : isInterface(bridge, right, chain)
    case ("oifname", _), ("oif", _):
      return packet == .returning
        ? isInterface(bridge, right, chain) : isElsewhere(right, chain)
    case ("l4proto", _), (_, ("ip", "protocol")), (_, ("ip6", "nexthdr")):
      return packet.port == nil ? nil : values(right, chain)?.contains("udp")
    case (_, ("tcp", _)): return packet.port == nil ? nil : false
    case (_, ("udp", "dport")), (_, ("th", "dport")):
      return packet.port.flatMap { isPort($0, right) }
    default: return nil
    }
  }

  private func isInterface(_ name: String, _ right: JSONValue, _ chain: Chain) -> Bool? {
    values(right, chain)?.contains { pattern in
      pattern.hasSuffix("*") ? name.hasPrefix(pattern.dropLast()) : pattern == name
    }
  }

  /// For the other side, which is some interface of the host's, and not the loopback.
  private func isElsewhere(_ right: JSONValue, _ chain: Chain) -> Bool? {
    values(right, chain) == ["lo"] ? false : nil
  }

  private func isPort(_ port: Int, _ right: JSONValue) -> Bool? {
    for element in right["set"]?.array ?? [right] {
      let ends = element["range"]?.array ?? [element, element]
      guard ends.count == 2, case .number(let first) = ends[0], case .number(let last) = ends[1],
        let first = Int(first), let last = Int(last)
      else { return nil }
      if (first...max(first, last)).contains(port) { return true }
    }
    return false
  }

  /// The texts that a value stands for; nil if it is not one or some.
  private func values(_ value: JSONValue, _ chain: Chain) -> [String]? {
    let elements: [JSONValue]
    if let name = value.string, name.hasPrefix("@") {
      guard let named = sets[beside(chain, String(name.dropFirst()))] else { return nil }
      elements = named
    } else {
      elements = value["set"]?.array ?? value.array ?? [value]
    }
    var texts: [String] = []
    for element in elements {
      guard let text = (element["elem"]?["val"] ?? element).string else { return nil }
      texts.append(text)
    }
    return texts
  }
}
