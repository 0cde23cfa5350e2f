/// Whether networks do what their definitions say.
enum NetworkCheck {
  static func run(_ facts: HostFacts) -> CheckResult {
    facts.networks.map { check($0, facts) }.reduce(CheckResult(), +)
  }

  /// The command that puts right what a network misses.
  static func repair(_ network: String) -> String {
    "tapster net-repair \(word(network))"
  }

  /// The command that changes a network.
  private static func edit(_ network: String) -> String { "tapster net-edit \(word(network))" }

  /// A network's name behind a command, which takes none of its own for an option.
  private static func word(_ network: String) -> String {
    (network.hasPrefix("-") ? "-- " : "") + ShellWord.quoted(network)
  }

  private static func check(_ network: HostFacts.Network, _ facts: HostFacts) -> CheckResult {
    if let problem = network.problem {
      return .found(
        Finding(
          .networkDefinition, "network \(network.name): \(problem)", why: "it cannot be started",
          advice: "mend its definition: \(edit(network.name))"))
    }
    if let overlap = network.overlap, network.isActive || network.isWanted {
      return .found(clash(network, overlap))
    }
    guard network.isActive else { return inactive(network) }
    // Its repair makes all of it anew; what else is missing is missing with the bridge.
    if facts.bridges.contains(where: {
      $0.network == network.name && $0.isNetworks && $0.kind == .missing
    }) {
      return CheckResult()
    }
    let result = forwarding(network) + firewall(network) + server(network)
    if result.findings.isEmpty { return .fine("network \(network.name) runs as it should") }
    return CheckResult(findings: result.findings)
  }

  private static func inactive(_ network: HostFacts.Network) -> CheckResult {
    guard network.isWanted else {
      guard network.isLeftOver else { return .fine("network \(network.name) is not active") }
      return .found(
        Finding(
          .networkLeft, "a start or stop of network \(network.name) did not come to its end",
          why: "what it left may still pass packets", fix: repair(network.name)))
    }
    let start = "tapster net-start \(word(network.name))"
    if let name = network.takenName {
      return .found(
        Finding(
          .bridgeTaken,
          "there is an interface called \(name) already, which is not the bridge of "
            + "network \(network.name)",
          why: "so that cannot be started",
          advice: "give the network another name in <bridge name='…'/>: \(edit(network.name))"))
    }
    return .found(
      Finding(
        .networkInactive, "network \(network.name) is defined and not active",
        why: "its bridge is there only while it is", fix: start))
  }

  private static func clash(
    _ network: HostFacts.Network, _ overlap: HostFacts.Network.Overlap
  ) -> Finding {
    let kind = overlap.isRoute ? "route" : "address"
    let place = overlap.interface.map { " on \($0)" } ?? ""
    return Finding(
      .subnetOverlap,
      "\(overlap.subnet) of network \(network.name) overlaps the host's \(kind) "
        + "\(overlap.other)\(place)",
      why: "packets for one reach the other",
      // Not to take away the host's: any member of group tapster may define a network.
      advice: "give the network another subnet in <ip>: \(edit(network.name))")
  }

  private static func forwarding(_ network: HostFacts.Network) -> CheckResult {
    CheckResult(
      findings: network.notForwarded.map { family in
        Finding(
          .forwardingOff, "the host does not forward \(family.rawValue)",
          why: "so guests of network \(network.name) do not get out", fix: repair(network.name))
      })
  }

  private static func firewall(_ network: HostFacts.Network) -> CheckResult {
    var findings: [Finding] = []
    if network.rules == .gone {
      findings.append(
        Finding(
          .rulesGone, "firewall rules of network \(network.name) are gone",
          why: "somebody flushed or changed table inet tapster", fix: repair(network.name)))
    }
    for obstacle in network.obstacles {
      let why = "guests of network \(network.name) are cut off though our rules let them pass"
      if let fix = obstacle.fix {
        findings.append(Finding(.foreignFirewall, obstacle.words, why: why, fix: fix))
      } else {
        findings.append(
          Finding(
            .foreignFirewall, obstacle.words, why: why, advice: "nft list ruleset shows the rules"))
      }
    }
    return CheckResult(findings: findings)
  }

  private static func server(_ network: HostFacts.Network) -> CheckResult {
    guard network.server == .dead else { return CheckResult() }
    guard let holder = network.portHolders.first else {
      return .found(
        Finding(
          .dnsmasqDead, "dnsmasq of network \(network.name) does not run",
          why: "guests get neither addresses nor names", fix: repair(network.name)))
    }
    let process = holder.process
    return .found(
      Finding(
        .dnsmasqPort,
        "dnsmasq of network \(network.name) cannot run: \(holder.program) (process \(process)) has "
          + "port \(holder.port)",
        why: "guests get neither addresses nor names; if that program is needed, have it listen at "
          + "addresses of its own",
        fix: "kill \(process) && tail --pid=\(process) -f /dev/null && \(repair(network.name))"))
  }
}
