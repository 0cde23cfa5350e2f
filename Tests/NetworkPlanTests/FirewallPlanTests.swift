import LinuxTypes
import NetworkModel
import NetworkPlan
import Testing

struct FirewallPlanTests {
  private func plan(_ xml: String) throws -> Plan {
    let network = try Network(xml: Array(xml.utf8), source: "test")
    let completed = try network.completed(
      uuid: UUID(derivedFrom: "x".utf8), mac: #require(MACAddress("52:54:00:00:00:01")),
      bridge: #require(BridgeName("virbr9")))
    return try Plan(
      completed,
      files: DnsmasqFiles(
        hosts: FilePath("/h"), names: FilePath("/n"), process: nil, leases: nil, user: nil))
  }

  @Test func masqueradesToThePortsAskedFor() throws {
    let xml = """
      <network><name>a</name><forward mode='nat'><nat><port start='500' end='1000'/></nat></forward>
      <ip address='10.1.0.1' prefix='16'/></network>
      """
    let rules = try #require(try plan(xml).firewall?.installation)
    #expect(rules.contains("ip saddr 10.1.0.0/16 meta l4proto tcp masquerade to :500-1000\n"))
    #expect(rules.contains("ip saddr 10.1.0.0/16 meta l4proto udp masquerade to :500-1000\n"))
  }

  @Test func anIsolatedNetworkForwardsNothing() throws {
    let isolated = try plan("<network><name>a</name><ip address='10.1.0.1' prefix='16'/></network>")
    #expect(!isolated.forwardsIPv4)
    #expect(isolated.firewall?.installation.contains("masquerade") == false)
    #expect(isolated.firewall?.installation.contains("saddr") == false)
  }

  @Test func anOpenNetworkLeavesTheFirewallAlone() throws {
    let open = try plan(
      "<network><name>a</name><forward mode='open'/><ip address='10.1.0.1' prefix='16'/></network>")
    #expect(open.firewall == nil)
    #expect(open.forwardsIPv4)
  }

  @Test func namesOfChainsAreNeverMistaken() throws {
    let odd = try plan("<network><name>a</name><bridge name='br.0-x'/></network>")
    #expect(
      odd.firewall?.removal.contains("delete chain inet tapster to_guests_br.2e0.2dx\n") == true)
  }

  @Test func itsOwnBlocksMustNotOverlap() throws {
    #expect(throws: Plan.Refusal.self) {
      try plan(
        "<network><name>a</name><ip address='10.1.0.1' prefix='16'/>"
          + "<ip address='10.1.9.1' prefix='24'/></network>"
      )
    }
  }
}
