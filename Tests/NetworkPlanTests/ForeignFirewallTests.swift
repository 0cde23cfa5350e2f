import Foundation
import NetworkModel
import NetworkPlan
import TestSupport
import Testing

/// What other programs' rules do to a network's packets, by what nft says of them.
@Suite(.enabled(if: Privilege.isRoot, "namespaces need root"))
struct ForeignFirewallTests {
  private typealias Finding = ForeignFirewall.Finding

  /// The findings when these commands of a shell have made rules.
  private func findings(_ commands: String) throws -> [Finding] {
    let testbed = try Testbed()
    let plan = try Plan()
    try testbed.output(["nft", "-f", "-"], input: FirewallPlan.whole([#require(plan.firewall)]))
    try testbed.output(["sh", "-eu", "-c", commands])
    let text = try testbed.output(["nft", "-j", "list", "ruleset"])
    return try ForeignFirewall.findings(
      json: Array(text.utf8), bridge: #require(BridgeName("virbr0")))
  }

  @Test func nothingIsFoundInAnEmptyRulesetAndInOurs() throws {
    #expect(try findings(":").isEmpty)
  }

  @Test(
    arguments: [
      // Docker as it sets itself up, and again with its own remedy.
      (
        """
        iptables-nft -P FORWARD DROP
        iptables-nft -N DOCKER-USER
        iptables-nft -A FORWARD -j DOCKER-USER
        iptables-nft -A DOCKER-USER -j RETURN
        iptables-nft -A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
        iptables-nft -A FORWARD -i docker0 ! -o docker0 -j ACCEPT
        """, ForeignFirewall.Owner.docker,
        "iptables -I DOCKER-USER -i virbr0 -j ACCEPT && iptables -I DOCKER-USER -o virbr0 -j ACCEPT"
      ),
      (
        """
        ip6tables-nft -P FORWARD DROP
        ip6tables-nft -A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
        ip6tables-nft -A FORWARD -s 2001:db8::/32 -j ACCEPT
        """, .iptables, "ip6tables -I FORWARD -i virbr0 -j ACCEPT"
      ),
      (
        """
        iptables-nft -N ufw-before-forward
        iptables-nft -N ufw-reject-forward
        iptables-nft -A FORWARD -j ufw-before-forward
        iptables-nft -A ufw-before-forward -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
        iptables-nft -A FORWARD -j ufw-reject-forward
        iptables-nft -A ufw-reject-forward -j REJECT
        """, .ufw, "ufw route allow in on virbr0"
      ),
      (
        """
        nft -f - <<END
        table inet firewalld {
          chain filter_FORWARD {
            type filter hook forward priority filter + 10; policy accept;
            ct state { established, related } accept
            iifname "lo" accept
            ct state vmap { invalid : drop, new : continue }
            jump filter_FORWARD_POLICIES
            reject with icmpx admin-prohibited
          }
          chain filter_FORWARD_POLICIES { iifname vmap { "eth0" : accept }; }
        }
        END
        """, .firewalld, "firewall-cmd --zone=trusted --add-interface=virbr0"
      ),
      (
        """
        nft -f - <<END
        table inet mine {
          set known { type ifname; elements = { "eth0", "eth1" }; }
          chain way { type filter hook forward priority 5; policy drop; iifname @known accept; }
        }
        END
        """, .nftables,
        "nft insert rule inet mine way iifname virbr0 accept"
          + " && nft insert rule inet mine way oifname virbr0 accept"
      ),
    ])
  func aChainThatDropsIsFoundAndItsRemedyMendsIt(
    commands: String, owner: ForeignFirewall.Owner, remedy: String
  ) throws {
    let found = try findings(commands)
    #expect(found.map(\.owner) == [owner])
    #expect(found.map(\.remedy) == [remedy])
    switch owner {
    // Their programs are not here.
    case .ufw, .firewalld: break
    case .docker, .iptables, .nftables:
      let program = remedy.replacingOccurrences(of: "tables -I", with: "tables-nft -I")
      #expect(try findings("\(commands)\n\(program)").isEmpty)
    }
  }

  @Test(arguments: [
    (
      "iptables-nft -P INPUT DROP; iptables-nft -A INPUT -p udp --dport 53 -j ACCEPT"
        + "; iptables-nft -A INPUT -p tcp --dport 67 -j ACCEPT",
      "iptables -I INPUT -i virbr0 -p udp -m multiport --dports 53,67 -j ACCEPT"
    ),
    (
      "nft add table inet a; nft add chain inet a b '{ type filter hook input priority 0; }'"
        + "; nft add rule inet a b ct state '{ established, related }' accept"
        + "; nft add rule inet a b iifname lo accept; nft add rule inet a b tcp dport 22 accept"
        + "; nft add rule inet a b reject",
      "nft insert rule inet a b iifname virbr0 udp dport '{ 53, 67 }' accept"
    ),
  ])
  func aChainThatKeepsGuestsFromAskingIsFound(commands: String, remedy: String) throws {
    let found = try findings(commands)
    #expect(found.map(\.remedy) == [remedy] && found.map(\.dropsAsking) == [true])
    let program = remedy.replacingOccurrences(of: "tables -I", with: "tables-nft -I")
    #expect(try findings("\(commands)\n\(program)").isEmpty)
  }

  @Test(arguments: [
    "iptables-nft -P FORWARD DROP; iptables-nft -A FORWARD -i virbr+ -j ACCEPT"
      + "; iptables-nft -A FORWARD -o virbr0 -j ACCEPT",
    "iptables-nft -A FORWARD -p tcp --dport 25 -j DROP; iptables-nft -A FORWARD -i eth7 -j REJECT",
    "iptables-nft -A FORWARD ! -i virbr0 -m limit --limit 3/min -j DROP",
    "iptables-nft -P INPUT DROP; iptables-nft -A INPUT -i virbr+ -p udp --dport 67 -j ACCEPT"
      + "; iptables-nft -A INPUT -p udp --dport 50:60 -j ACCEPT",
    "ip6tables-nft -P INPUT DROP",
    "iptables-nft -A FORWARD -m conntrack --ctstate INVALID -j DROP"
      + "; iptables-nft -A INPUT -p udp -m multiport --dports 1,2 -j DROP",
    "nft add table inet a"
      + "; nft add chain inet a b '{ type filter hook forward priority 0; policy drop; }'"
      + "; nft add rule inet a b ct state vmap '{ established : accept, new : accept }'",
  ])
  func whatLetsTheNetworkPassIsNoFinding(commands: String) throws {
    #expect(try findings(commands) == [])
  }

  @Test func dockersChainIsFoundAndItsCommandsGoThereAndBack() throws {
    let testbed = try Testbed()
    let bridge = try #require(BridgeName("virbr0"))
    try testbed.output(["sh", "-c", "iptables-nft -N DOCKER-USER; ip6tables-nft -P FORWARD DROP"])
    let before = try testbed.output(["nft", "-j", "-s", "list", "ruleset"])
    for (families, count) in [([IPAddress.Family.ipv4], 0), ([.ipv4, .ipv6], 1)] {
      let found = ForeignFirewall.findings(
        json: Array(before.utf8), bridge: bridge, families: families)
      #expect(found.count == count)
    }
    #expect(ForeignFirewall.familiesOfDocker(json: Array(before.utf8)) == ["ip"])
    for removing in [false, true] {
      for command in ForeignFirewall.dockerCommands(
        family: "ip", bridge: bridge, removing: removing)
      {
        try testbed.output(["iptables-nft"] + command.dropFirst())
      }
      let rules = try testbed.output(["nft", "list", "chain", "ip", "filter", "DOCKER-USER"])
      #expect(rules.contains("virbr0") == !removing)
    }
  }

  @Test(arguments: [
    "", "{", "[]", "{\"nftables\": [1, {\"rule\": {}}, {\"chain\": 5}]}", "nonsense",
    String(repeating: "[", count: 100_000),
    """
    {"nftables": [{"chain": {"family": "ip", "table": "t", "name": "c", "type": "filter",
      "hook": "forward", "policy": "accept"}},
      {"rule": {"family": "ip", "table": "t", "chain": "c", "expr": [{"goto": {"target": "c"}}]}}]}
    """, "{\"nftables\": \"\\ud800\"}",
  ])
  func whatIsNotUnderstoodIsNoFinding(text: String) throws {
    let bridge = try #require(BridgeName("virbr0"))
    #expect(ForeignFirewall.findings(json: Array(text.utf8), bridge: bridge) == [])
  }
}
