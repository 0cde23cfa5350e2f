internal import NetworkModel

/// The rules of one network, chain by chain, in the language of `man 8 nft`.
///
/// Where a few rules say the same as one with a set (`{ … }`), they are taken: before it changes
/// anything, nft asks the kernel for every set of the table, one by one, and with 500 networks that
/// were most of the time that a change takes.
struct FirewallRules {
  /// The forwards of its policy.
  let forwards: [ResolvedForward]
  private let network: Network
  private let bridge: BridgeName
  private let subnets: [IPNetwork]

  /// Whether a connection was redirected by one of our forwards. One that a protocol's helper
  /// expected is redirected too, after the one that it belongs to.
  private static let isRedirected = "ct status & (dnat | expected) == dnat"

  init(_ network: Network, _ bridge: BridgeName) throws(PolicyRefusal) {
    self.network = network
    self.bridge = bridge
    subnets = network.blocks.compactMap(\.network)
    forwards = try ResolvedForward.all(network)
    guard network.forward == nil else { return }
    if network.incoming?.defaultVerdict == .allow { throw .nothingEnters }
    if let outgoing = network.outgoing,
      outgoing.defaultVerdict == .allow || outgoing.rules.contains(where: { $0.verdict == .allow })
    {
      throw .nothingLeaves
    }
  }

  /// All chains that have rules.
  var all: [(chain: NetworkChain, rules: [String])] {
    NetworkChain.allCases.map { ($0, rules($0)) }.filter { !$0.1.isEmpty }
  }

  private func rules(_ chain: NetworkChain) -> [String] {
    switch chain {
    case .toGuests: toGuests
    case .fromGuests: fromGuests
    case .toHost: toHost
    case .masqueraded: masqueraded
    case .published: published
    case .forwarded: forwarded
    case .admitted: admitted
    case .outgoing: outgoing
    }
  }

  private var mode: Forward.Mode? { network.forward?.mode }
  private var isOpen: Bool { mode == .open }
  private var hasPolicy: Bool { network.incoming != nil || network.outgoing != nil }
  /// Whether a policy decides about what guests send; what does not leave is not asked about.
  private var asksOutgoing: Bool { network.outgoing != nil && mode != nil }

  // MARK: Forwarded packets

  private var toGuests: [String] {
    if isOpen, !hasPolicy { return [] }
    var rules: [String] = []
    let first = "ct direction original \(Self.isRedirected)"
    if network.incoming != nil {
      // From guest to guest by way of the host's port: no other network has a say in it.
      rules.append("iifname \"\(bridge)\" \(Self.isRedirected) jump \(name(.admitted))")
      rules.append("iifname \"\(bridge)\" accept")
      rules.append("\(first) goto \(name(.admitted))")
    } else {
      rules.append("iifname \"\(bridge)\" accept")
      // What a forward let in that was taken away together with the rest of the policy.
      if mode == .nat { rules.append("\(first) reject") }
    }
    guard mode != nil else { return rules + ["reject"] }
    if asksOutgoing { rules.append("ct direction reply jump \(name(.outgoing))") }
    if isOpen {
      return network.incoming?.defaultVerdict == .deny
        ? rules + Self.answers.map { "\($0) return" } + ["reject"] : rules
    }
    let inwards = interfaces.map { "iifname \($0) " } ?? ""
    for subnet in subnets {
      let arriving = "\(inwards)\(subnet.family.keyword) daddr \(subnet) "
      if isReachable(subnet) {
        rules.append("\(arriving)return")
      } else if network.incoming == nil {
        rules.append("\(arriving)ct state established,related return")
      } else {
        rules += Self.answers.map { "\(arriving)\($0) return" }
      }
    }
    return rules + ["reject"]
  }

  /// What belongs to a connection that a guest made.
  private static let answers = ["ct direction reply", "ct state related", "ct status expected"]

  /// Whether anybody may connect to the guests that have an address there.
  private func isReachable(_ subnet: IPNetwork) -> Bool {
    if let incoming = network.incoming { return incoming.defaultVerdict == .allow }
    return mode != .nat || !isMasqueraded(subnet)
  }

  private func isMasqueraded(_ subnet: IPNetwork) -> Bool {
    mode == .nat && (subnet.family == .ipv4 || network.forward?.masqueradesIPv6 == true)
  }

  private var fromGuests: [String] {
    if isOpen, !hasPolicy { return [] }
    var rules: [String] = []
    let answer = "ct direction reply \(Self.isRedirected)"
    if network.incoming != nil {
      rules.append("\(answer) goto \(name(.admitted))")
    } else if mode == .nat {
      rules.append("\(answer) reject")
    }
    guard mode != nil else { return rules + ["reject"] }
    if asksOutgoing {
      // Of these the policy cannot tell what they belong to.
      rules.append("ct state invalid,untracked drop")
      rules.append("ct direction original jump \(name(.outgoing))")
    }
    if network.incoming?.defaultVerdict == .deny {
      rules.append("ct direction reply ct status & expected == 0 reject")
    }
    if isOpen { return rules }
    let outwards = interfaces.map { "oifname \($0) " } ?? ""
    rules += subnets.map { "\(outwards)\($0.family.keyword) saddr \($0) accept" }
    return rules + ["reject"]
  }

  /// The interfaces that packets may leave by, as a rule has them; nil for any.
  private var interfaces: String? {
    let names = (network.forward?.interfaces ?? []).map { "\"\($0)\"" }
    if names.isEmpty { return nil }
    return names.count == 1 ? names[0] : "{ \(names.joined(separator: ", ")) }"
  }

  // MARK: Packets to the host

  private var toHost: [String] {
    var rules: [String] = []
    if network.incoming != nil {
      rules.append("ct direction reply \(Self.isRedirected) goto \(name(.admitted))")
    }
    if asksOutgoing {
      // The host's addresses in the network are in it, and DHCP and DNS are asked for there; its
      // others are outside.
      for family in [IPAddress.Family.ipv4, .ipv6] {
        var inside = subnets.filter { $0.family == family }.map(\.description)
        if family == .ipv6 { inside.append("fe80::/10") }
        let outside = inside.map { "\(family.keyword) daddr != \($0) " }.joined()
        rules.append(
          "ct direction original meta nfproto \(family.rawValue) \(outside)fib daddr type local "
            + "jump \(name(.outgoing))")
      }
    }
    return rules
  }

  // MARK: Translated addresses

  private var masqueraded: [String] {
    guard let forward = network.forward, mode == .nat else { return [] }
    var rules: [String] = []
    let ports = forward.ports ?? .unprivileged
    let outwards = interfaces.map { "oifname \($0) " } ?? ""
    for subnet in subnets where isMasqueraded(subnet) {
      let family = subnet.family.keyword
      // The addresses are of IPv4.
      let addresses = subnet.family == .ipv4 ? forward.addresses : nil
      func verdict(_ ports: String) -> String {
        guard let addresses else { return "masquerade" + (ports.isEmpty ? "" : " to \(ports)") }
        let range =
          addresses.count == 1 ? "\(addresses.first)" : "\(addresses.first)-\(addresses.last)"
        return "snat ip to \(range)\(ports)"
      }
      let leaving = "\(outwards)\(family) saddr \(subnet) "
      // What stays in the link and what stays in the subnet keeps its address.
      let link =
        subnet.family == .ipv4 ? ["224.0.0.0/24", "255.255.255.255"] : ["ff02::/16"]
      rules += (["\(subnet)"] + link).map {
        "\(family) saddr \(subnet) \(family) daddr \($0) return"
      }
      // Ports that need privilege are left to programs of the host.
      for transport in ["tcp", "udp"] {
        rules.append("\(leaving)meta l4proto \(transport) \(verdict(":\(ports)"))")
      }
      rules.append(leaving + verdict(""))
    }
    return rules
  }

  /// Answers have to come back to the host: from a guest of the same bridge, which would answer the
  /// other directly, and from one of an isolated network, which knows of no router.
  private var published: [String] {
    if forwards.isEmpty { return [] }
    let connections = mode == nil ? "" : "iifname \"\(bridge)\" "
    return ["\(connections)ct status dnat masquerade"]
  }

  private var forwarded: [String] {
    if forwards.isEmpty { return [] }
    var rules = [
      "fib daddr type != local return", "ip daddr 127.0.0.0/8 return", "ip6 daddr ::1 return",
      "ip6 daddr fe80::/10 return",
    ]
    for forward in forwards {
      let transport = forward.forward.transport.rawValue
      let ports = forward.forward.ports
      for target in forward.targets {
        let family = target.family.keyword
        let address =
          forward.forward.hostAddress.map { "\(family) daddr \($0) " }
          ?? "meta nfproto \(target.family.rawValue) "
        let arriving = "\(address)\(transport) dport \(ports.text) dnat \(family) to "
        if forward.guestPort == ports.first {
          rules.append("\(arriving)\(target)")
        } else if ports.first == ports.last {
          rules.append("\(arriving)\(target.withPort(forward.guestPort))")
        } else {
          // A range as the new port would be one that any of it will do for.
          let pairs = (ports.first...ports.last).map {
            "\($0) : \(forward.guestPort + ($0 - ports.first))"
          }
          rules.append(
            "\(arriving)\(target):\(transport) dport map { \(pairs.joined(separator: ", ")) }")
        }
      }
    }
    return rules
  }

  // MARK: Policy

  private var admitted: [String] {
    if network.incoming == nil { return [] }
    var rules: [String] = []
    for transport in TransportProtocol.allCases {
      for family in [IPAddress.Family.ipv4, .ipv6] {
        for isAtAddress in [true, false] {
          var elements: [[String]] = []
          for forward in forwards where forward.forward.transport == transport {
            guard (forward.forward.hostAddress != nil) == isAtAddress else { continue }
            let address = forward.forward.hostAddress.map { ["\($0)"] } ?? []
            elements += forward.targets.filter { $0.family == family }.map {
              address + [forward.forward.ports.text, "\($0)", forward.guestPorts]
            }
          }
          if elements.isEmpty { continue }
          let keyword = family.keyword
          let keys =
            (isAtAddress ? ["ct original \(keyword) daddr"] : [])
            + ["ct original proto-dst", "ct reply \(keyword) saddr", "ct reply proto-src"]
          let condition = "meta l4proto \(transport.rawValue) "
          if elements.count > 4 {
            let set = elements.map { $0.joined(separator: " . ") }.joined(separator: ", ")
            rules.append("\(condition)\(keys.joined(separator: " . ")) { \(set) } return")
          } else {
            rules += elements.map { element in
              condition + zip(keys, element).map { "\($0) \($1)" }.joined(separator: " ")
                + " return"
            }
          }
        }
      }
    }
    // Errors about a connection that is over hurt nobody.
    rules.append("ct state related return")
    return rules + Self.refusal
  }

  /// Ends what it is said of; a connection of TCP at once.
  private static let refusal = ["reject with tcp reset", "reject"]

  private var outgoing: [String] {
    guard let policy = network.outgoing, asksOutgoing else { return [] }
    // What an allowed connection brought about, which its rules say nothing of.
    var rules = ["ct status expected return", "ct state related return"]
    for rule in policy.rules {
      var condition = ""
      if let transport = rule.transport { condition += "meta l4proto \(transport.rawValue) " }
      if let ports = rule.ports { condition += "ct original proto-dst \(ports.text) " }
      if let destination = rule.destination {
        condition +=
          destination.prefixLength == 0
          ? "meta nfproto \(destination.family.rawValue) "
          : "ct original \(destination.family.keyword) daddr \(destination) "
      }
      switch (rule.verdict, rule.transport) {
      case (.allow, _): rules.append("\(condition)return")
      case (.deny, .tcp): rules.append("\(condition)reject with tcp reset")
      case (.deny, .udp): rules.append("\(condition)reject")
      case (.deny, nil): rules += Self.refusal.map { condition + $0 }
      }
    }
    return policy.defaultVerdict == .deny ? rules + Self.refusal : rules
  }

  private func name(_ chain: NetworkChain) -> String { chain.name(bridge) }
}

extension IPAddress.Family {
  /// The word for it in a rule.
  var keyword: String { self == .ipv4 ? "ip" : "ip6" }
}

extension IPAddress {
  /// `192.168.122.2:22`, `[2001:db8::2]:22`
  func withPort(_ port: UInt16) -> String {
    switch self {
    case .v4(let address): "\(address):\(port)"
    case .v6(let address): "[\(address)]:\(port)"
    }
  }
}
