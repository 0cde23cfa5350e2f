import LinuxTypes
import NetworkModel
import NetworkPlan
import Testing

@Suite(.enabled(if: Corpus.isThere, "../shared/conformance is not there"))
struct DnsmasqFileTests {
  private func plan(_ name: String) throws -> DnsmasqPlan {
    var network = try Network(
      xml: Array(Corpus.text("dnsmasq/\(name).xml").utf8), source: "\(name).xml")
    // The files have IPv6 addresses, with which a network cannot be started yet.
    network.mac = MACAddress("52:54:00:00:00:01")
    let files = try DnsmasqFiles(
      hosts: #require(
        FilePath(Array("/var/lib/libvirt/dnsmasq/\(network.name).hostsfile".utf8))),
      names: #require(
        FilePath(Array("/var/lib/libvirt/dnsmasq/\(network.name).addnhosts".utf8))),
      process: nil, leases: nil, user: nil)
    return DnsmasqPlan(network, bridge: try #require(network.bridgeName), files: files)
  }

  private func lines(_ text: String) -> [Substring] {
    text.split(separator: "\n").filter { !$0.hasPrefix("#") }
  }

  @Test(arguments: ["isolated-network", "nat-network", "leasetime-seconds"])
  func configurationIsLibvirts(name: String) throws {
    #expect(
      lines(try plan(name).configuration) == lines(try Corpus.text("dnsmasq/\(name).conf")))
  }

  @Test(arguments: ["leasetime-seconds", "leasetime-hours"])
  func hostsAreLibvirts(name: String) throws {
    #expect(try plan(name).hosts == Corpus.text("dnsmasq/\(name).hostsfile"))
  }
}
