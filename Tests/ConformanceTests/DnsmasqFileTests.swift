import Foundation
import LinuxTypes
import NetworkModel
import NetworkPlan
import Testing

/// What libvirt writes for dnsmasq. Its comments at the head are not compared; they name virsh.
@Suite(.enabled(if: Corpus.isThere, "../shared/conformance is not there"))
struct DnsmasqFileTests {
  static let files = Corpus.files("dnsmasq")
  static let definitions = Corpus.names("xml/in").union(Corpus.names("dnsmasq"))
  /// The corpus may have what a definition becomes and not the definition.
  static let configurations = files(".conf")
  static let hostsFiles = files(".hostsfile")

  private static func files(_ suffix: String) -> [String] {
    files.filter { $0.hasSuffix(suffix) }.map { String($0.dropLast(suffix.count)) }
      .filter(definitions.contains)
  }

  /// Where a file is not of libvirt's last version, or not of its first, lines of theirs that ours
  /// has not and lines of ours that theirs has not. With none of either only the order differs.
  ///
  /// - Two files of 2017 lack the netmask, and the router advertisements of blocks that have no
  ///   DHCP, both of which libvirt's other files here have.
  /// - TFTP stood behind the range in some versions, and stands before it since; nothing hangs on
  ///   the order of these lines, and ours is that of the version given here.
  static let differences: [String: (theirs: [String], ours: [String])] = {
    let old = (
      theirs: ["dhcp-range=192.168.122.2,192.168.122.254"],
      ours: [
        "dhcp-range=192.168.122.2,192.168.122.254,255.255.255.0",
        "dhcp-range=2001:db8:ac10:fe01::1,ra-only", "dhcp-range=2001:db8:ac10:fd01::1,ra-only",
      ]
    )
    return [
      "nat-network-dns-srv-record": old, "nat-network-dns-txt-record": old,
      "netboot-network": (theirs: [], ours: []),
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

  @Test func thereAreFiles() {
    #expect(Self.configurations.count >= 16)
    #expect(Self.hostsFiles.count >= 5)
  }

  @Test(arguments: configurations)
  func configurationIsLibvirts(name: String) throws {
    let ours = lines(try plan(name).configuration)
    let theirs = lines(try Corpus.text("dnsmasq/\(name).conf"))
    guard ours != theirs, let difference = Self.differences[name] else {
      return #expect(ours == theirs)
    }
    #expect(theirs.filter { !ours.contains($0) } == difference.theirs)
    #expect(ours.filter { !theirs.contains($0) } == difference.ours)
    #expect(ours.count - theirs.count == difference.ours.count - difference.theirs.count)
  }

  @Test(arguments: hostsFiles)
  func hostsAreLibvirts(name: String) throws {
    #expect(try plan(name).hosts == Corpus.text("dnsmasq/\(name).hostsfile"))
  }
}
