import Foundation
import LinuxTypes
import NetworkModel
import NetworkPlan
import Testing

/// What libvirt writes for dnsmasq. Its comments at the head are not compared; they name virsh.
@Suite(.enabled(if: Corpus.isThere, "../shared/conformance is not there"))
struct DnsmasqFileTests {
  static let files = Corpus.files("dnsmasq")
  static let configurations = files.filter { $0.hasSuffix(".conf") }.map { String($0.dropLast(5)) }
    .filter { !withoutDefinition.contains($0) }
  static let hostsFiles = files.filter { $0.hasSuffix(".hostsfile") }.map {
    String($0.dropLast(10))
  }

  /// Configurations whose definition is not there.
  static let withoutDefinition: Set<String> = ["nat-network-dns-srv-records"]

  /// Files of 2017: they lack the netmask, and the router advertisements of blocks that have no
  /// DHCP, both of which libvirt's other files here have, and ours too.
  static let outdated: [String: (theirs: [String], ours: [String])] = {
    let difference = (
      theirs: ["dhcp-range=192.168.122.2,192.168.122.254"],
      ours: [
        "dhcp-range=192.168.122.2,192.168.122.254,255.255.255.0",
        "dhcp-range=2001:db8:ac10:fe01::1,ra-only", "dhcp-range=2001:db8:ac10:fd01::1,ra-only",
      ]
    )
    return [
      "nat-network-dns-srv-record": difference, "nat-network-dns-txt-record": difference,
    ]
  }()

  private func plan(_ name: String) throws -> DnsmasqPlan {
    let folder = Self.files.contains("\(name).xml") ? "dnsmasq" : "xml/in"
    let network = try Network(
      xml: Array(Corpus.text("\(folder)/\(name).xml").utf8), source: "\(name).xml")
    // libvirt writes a quotation mark as an XML file would have it.
    let base = network.name.text.replacing("\"", with: "&quot;")
    let files = try DnsmasqFiles(
      hosts: #require(FilePath(Array("/var/lib/libvirt/dnsmasq/\(base).hostsfile".utf8))),
      names: #require(FilePath(Array("/var/lib/libvirt/dnsmasq/\(base).addnhosts".utf8))),
      process: nil, leases: nil, user: nil)
    return try DnsmasqPlan(network, bridge: try #require(network.bridgeName), files: files)
  }

  private func lines(_ text: String) -> [String] {
    text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init)
  }

  @Test func whatHasNoDefinitionHasNone() {
    for name in Self.withoutDefinition {
      #expect(!Self.files.contains("\(name).xml") && !Corpus.names("xml/in").contains(name))
    }
  }

  @Test(arguments: configurations)
  func configurationIsLibvirts(name: String) throws {
    let ours = lines(try plan(name).configuration)
    let theirs = lines(try Corpus.text("dnsmasq/\(name).conf"))
    guard let difference = Self.outdated[name] else { return #expect(ours == theirs) }
    #expect(theirs.filter { !ours.contains($0) } == difference.theirs)
    #expect(ours.filter { !theirs.contains($0) } == difference.ours)
  }

  @Test(arguments: hostsFiles)
  func hostsAreLibvirts(name: String) throws {
    #expect(try plan(name).hosts == Corpus.text("dnsmasq/\(name).hostsfile"))
  }
}
