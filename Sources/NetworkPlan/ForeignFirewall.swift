internal import LinuxTypes
public import NetworkModel

/// Rules of other programs that are in the way of a network: what ours let pass, others may still
/// drop.
public enum ForeignFirewall {
  /// Who made them, as far as one can tell.
  public enum Owner: Equatable, Sendable {
    /// Docker, which lets others have a say in chain DOCKER-USER.
    case docker
    /// ufw.
    case ufw
    /// firewalld.
    case firewalld
    /// Somebody with iptables.
    case iptables
    /// Somebody with nft.
    case nftables
  }

  /// A base chain that drops or rejects what guests send or are sent.
  public struct Finding: Equatable, Sendable {
    /// Who made it.
    public let owner: Owner
    /// The chain as nft names it: family, table and name.
    public let chain: String
    /// Whether what guests send is dropped.
    public let dropsLeaving: Bool
    /// Whether the answers to it are dropped.
    public let dropsReturning: Bool
    /// Whether what guests ask of the host's DHCP and DNS is dropped.
    public let dropsAsking: Bool
    /// The one command that mends it, for a shell.
    public let remedy: String
  }

  /// What is in the way of the network on `bridge`, which has these IP versions, in the text that
  /// `nft -j list ruleset` prints, or as much of it as has the chains of hook forward and those
  /// that they call. Empty if nothing is, and if the text cannot be understood.
  ///
  /// A rule that lets only some pass, or that drops only some, by their addresses or ports, is no
  /// finding and takes none away.
  public static func findings(
    json: [UInt8], bridge: BridgeName, families: [IPAddress.Family] = [.ipv4, .ipv6]
  ) -> [Finding] {
    guard let ruleset = ForeignRuleset(json) else { return [] }
    let others = ["ip", "ip6"].filter { name in !families.contains { $0.keyword == name } }
    return ruleset.bases.compactMap { base in
      if others.contains(base.chain.family) { return nil }
      func drops(_ packet: ForeignRuleset.Packet) -> Bool {
        base.isInput == (packet.port != nil)
          && !ruleset.lets(packet, of: bridge.text, pass: base)
      }
      let (leaving, returning) = (drops(.leaving), drops(.returning))
      // Of IPv6 guests can do without.
      let asking = base.chain.family != "ip6" && (drops(.askingNames) || drops(.askingAddress))
      guard leaving || returning || asking else { return nil }
      let owner = owner(of: base.chain, ruleset)
      return Finding(
        owner: owner,
        chain: "\(base.chain.family) \(base.chain.table) \(base.chain.name)",
        dropsLeaving: leaving, dropsReturning: returning, dropsAsking: asking,
        remedy: asking
          ? remedyOfAsking(owner, base.chain, word(bridge, owner))
          : remedy(
            owner, base.chain, word(bridge, owner), leaving: leaving, returning: returning))
    }
  }

  /// The families (`ip`, `ip6`) of which the text that `nft -j list ruleset` prints has a chain
  /// DOCKER-USER in table `filter`.
  public static func familiesOfDocker(json: [UInt8]) -> [String] {
    let chains = ForeignRuleset(json)?.chains ?? []
    return ["ip", "ip6"].filter {
      chains.contains(ForeignRuleset.Chain(family: $0, table: "filter", name: "DOCKER-USER"))
    }
  }

  /// The arguments with which the program that is called first lets the packets of a bridge pass
  /// Docker's chain, or with `removing` no longer does: two commands of a family of
  /// ``familiesOfDocker(json:)``.
  public static func dockerCommands(
    family: String, bridge: BridgeName, removing: Bool
  ) -> [[String]] {
    let program = family == "ip6" ? "ip6tables" : "iptables"
    return ["-i", "-o"].map { side in
      [
        program, "-w", removing ? "-D" : "-I", "DOCKER-USER", side, bridge.text, "-m", "comment",
        "--comment", "tapster", "-j", "ACCEPT",
      ]
    }
  }

  private static func owner(
    of chain: ForeignRuleset.Chain, _ ruleset: ForeignRuleset
  ) -> Owner {
    if chain.table == "firewalld" { return .firewalld }
    guard chain.family != "inet", chain.table == "filter",
      chain.name == "FORWARD" || chain.name == "INPUT"
    else { return .nftables }
    if ruleset.has("ufw-before-forward", beside: chain)
      || ruleset.has("ufw6-before-forward", beside: chain)
    {
      return .ufw
    }
    let isDockers = chain.name == "FORWARD" && ruleset.has("DOCKER-USER", beside: chain)
    return isDockers ? .docker : .iptables
  }

  /// The name as a shell takes it; for nft in quotes of its own where it would be more than a word.
  private static func word(_ bridge: BridgeName, _ owner: Owner) -> String {
    let word = ShellWord.quote(bridge.text)
    return owner == .nftables && word != bridge.text ? ShellWord.quote("\"\(bridge)\"") : word
  }

  private static func remedyOfAsking(
    _ owner: Owner, _ chain: ForeignRuleset.Chain, _ bridge: String
  ) -> String {
    switch owner {
    case .ufw: "ufw allow in on \(bridge)"
    case .firewalld: "firewall-cmd --zone=trusted --add-interface=\(bridge)"
    case .docker, .iptables:
      "iptables -I INPUT -i \(bridge) -p udp -m multiport --dports 53,67 -j ACCEPT"
    case .nftables:
      "nft insert rule \(chain.words) iifname \(bridge)"
        + " udp dport '{ 53, 67 }' accept"
    }
  }

  private static func remedy(
    _ owner: Owner, _ chain: ForeignRuleset.Chain, _ bridge: String, leaving: Bool, returning: Bool
  ) -> String {
    var commands: [String] = []
    let program = chain.family == "ip6" ? "ip6tables" : "iptables"
    for (isNeeded, option, direction, key) in [
      (leaving, "-i", "in", "iifname"), (returning, "-o", "out", "oifname"),
    ] where isNeeded {
      switch owner {
      case .docker: commands.append("\(program) -I DOCKER-USER \(option) \(bridge) -j ACCEPT")
      case .iptables: commands.append("\(program) -I FORWARD \(option) \(bridge) -j ACCEPT")
      case .ufw: commands.append("ufw route allow \(direction) on \(bridge)")
      case .nftables:
        commands.append(
          "nft insert rule \(chain.words) \(key) \(bridge) accept")
      case .firewalld: commands = ["firewall-cmd --zone=trusted --add-interface=\(bridge)"]
      }
    }
    return commands.joined(separator: " && ")
  }
}

extension ForeignRuleset.Chain {
  /// Family, table and name, as a shell takes them.
  fileprivate var words: String {
    [family, table, name].map { ShellWord.quote($0) }.joined(separator: " ")
  }
}

extension ForeignFirewall.Finding: CustomStringConvertible {
  /// What is in the way, in words.
  public var description: String {
    let what =
      switch (dropsLeaving, dropsReturning) {
      case (true, true): "what guests send and are answered"
      case (true, false): "what guests send"
      case (false, true): "what guests are answered"
      case (false, false): "what guests ask of DHCP or DNS"
      }
    let who =
      switch owner {
      case .docker: "Docker's"
      case .ufw: "ufw's"
      case .firewalld: "firewalld's"
      case .iptables: "iptables'"
      case .nftables: "nftables'"
      }
    return "\(who) chain '\(chain)' drops \(what)"
  }
}
