import NetworkModel
import NetworkPlan
import TestSupport
import Testing

/// The rules of five hundred networks, in the kernel.
@Suite(.enabled(if: Privilege.isRoot, "namespaces need root"))
struct ManyNetworksTests {
  private static func plans(_ count: Int) throws -> [Plan] {
    try (0..<count).map { number in
      try Plan(
        xml: """
          <network xmlns:tapster='urn:tapster:network:1'><name>n\(number)</name>
          <forward mode='nat'/><bridge name='many\(number)'/>
          <ip address='10.\(number / 256).\(number % 256).1' prefix='24'/>
          <tapster:incoming default='deny'>
            <tapster:allow proto='tcp' port='\(10000 + number)' toport='22'
              to='10.\(number / 256).\(number % 256).2'/>
          </tapster:incoming></network>
          """)
    }
  }

  @Test func allAreMadeInOneTransactionAndEachGoesInOne() throws {
    let firewalls = try Self.plans(500).compactMap(\.firewall)
    let testbed = try Testbed()
    let clock = ContinuousClock()
    let made = try clock.measure {
      try testbed.output(["nft", "-f", "-"], input: FirewallPlan.whole(firewalls))
    }
    let gone = try clock.measure {
      try testbed.output(["nft", "-f", "-"], input: firewalls[250].removal)
    }
    print("500 networks' rules: \(made); one network's away: \(gone)")

    let map = try testbed.output(["nft", "list", "map", "inet", "tapster", "to_guests"])
    #expect(map.split(separator: "jump").count == 500)
    #expect(!map.contains("\"many250\""))
    // What all share is no longer with many networks than with one.
    for chain in ["forward", "input", "prerouting", "output", "postrouting"] {
      let text = try testbed.output(["nft", "list", "chain", "inet", "tapster", chain])
      #expect(text.split(separator: "\n").filter { $0.contains("vmap") }.count <= 3)
    }
    for firewall in firewalls.shuffled() where firewall != firewalls[250] {
      if firewall == firewalls[0] { continue }
      try testbed.output(["nft", "-c", "-f", "-"], input: firewall.removal)
      break
    }
  }

  @Test func twoNetworksThatForwardOnePortAreFound() throws {
    let plans = try Self.plans(3).compactMap(\.firewall).map(\.forwardedPorts)
    #expect(ForwardedPort.conflict(plans[0], plans[1]) == nil)
    let conflict = try #require(ForwardedPort.conflict(plans[0], plans[2] + plans[0]))
    #expect(conflict.ours == plans[0][0] && conflict.theirs == plans[0][0])
  }

  @Test(arguments: [
    ("tcp 80", "tcp 80", true), ("tcp 80", "udp 80", false), ("tcp 80-90", "tcp 90-95", true),
    ("tcp 80-90", "tcp 91", false), ("tcp 80 192.0.2.1", "tcp 80", true),
    ("tcp 80 192.0.2.1", "tcp 80 192.0.2.2", false),
    ("tcp 80 192.0.2.1", "tcp 80 2001:db8::1", false),
    ("udp 1-65535 2001:db8::1", "udp 7 2001:db8::1", true),
  ])
  func portsOverlapWhereAConnectionCouldMeanBoth(one: String, other: String, both: Bool) throws {
    let ports = try [#require(ForwardedPort(one)), #require(ForwardedPort(other))]
    #expect(ports[0].overlaps(ports[1]) == both && ports[1].overlaps(ports[0]) == both)
    #expect(ports.map(\.description) == [one, other])
  }

  @Test(arguments: [
    "", "tcp", "tcp 0", "sctp 5", "tcp 5-4", "tcp 5-", "tcp 5 here", "tcp 5  ", "tcp 1-2-3",
  ])
  func whatIsNoPortIsNotRead(text: String) {
    #expect(ForwardedPort(text) == nil)
  }
}
