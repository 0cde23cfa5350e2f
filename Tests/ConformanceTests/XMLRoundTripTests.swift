import NetworkModel
import Testing

@Suite(.enabled(if: Corpus.isThere, "../shared/conformance is not there"))
struct XMLRoundTripTests {
  /// What libvirt refuses to read, and with what words we do.
  static let refused = [
    "hostdev-duplicate": "PCI device '0000:03:00.3' can only be listed once",
    "open-network-with-forward-dev":
      "dev is not allowed in mode 'open', which makes no rules that restrict it",
    "passthrough-duplicate": "interface 'eth3' can only be listed once",
    "routed-network-no-dns-extra-elements": "enable='no' and something for the server to do",
  ]
  /// What is read, and how libvirt writes it is not in the corpus.
  static let readOnly: Set<String> = ["nat-network-forward-nat-ipv6"]
  static let written = [
    "direct-net", "empty-allow-ipv6", "host-bridge-net", "hostdev", "isolated-network",
    "nat-network", "nat-network-dns-forward-plain", "nat-network-dns-forwarder-no-resolv",
    "nat-network-dns-forwarders", "nat-network-dns-hosts", "nat-network-dns-srv-record",
    "nat-network-dns-srv-record-minimal", "nat-network-dns-txt-record",
    "nat-network-explicit-flood", "nat-network-forward-nat-no-address", "netboot-network",
    "open-network", "passthrough-address-crash", "routed-network", "routed-network-no-dns",
    "set-mtu", "vepa-net",
  ]

  private func network(_ path: String) throws -> Network {
    try Network(xml: Array(Corpus.text(path).utf8), source: path)
  }

  @Test func everyFileIsListed() {
    #expect(
      Corpus.names("xml/in") == Self.readOnly.union(Self.written).union(Self.refused.keys))
    #expect(Corpus.names("xml/out") == Set(Self.written))
  }

  @Test(arguments: written)
  func isWrittenAsLibvirtWritesIt(name: String) throws {
    #expect(try network("xml/in/\(name).xml").xml == Corpus.text("xml/out/\(name).xml"))
  }

  @Test(arguments: refused.keys.sorted())
  func isRefusedAsLibvirtRefusesIt(name: String) throws {
    let error = #expect(throws: NetworkXMLError.self) { try network("xml/in/\(name).xml") }
    #expect(error?.problem == Self.refused[name].map { .contradiction($0) })
  }

  /// Every definition of the corpus, of whatever suite, comes back from its XML as it was.
  @Test func everyDefinitionReadsBackTheSame() throws {
    var count = 0
    for folder in ["xml/in", "xml/out", "dnsmasq", "firewall", "update/expected"] {
      for name in Corpus.names(folder) where Self.refused[name] == nil {
        let network = try network("\(folder)/\(name).xml")
        #expect(try Network(xml: Array(network.xml.utf8), source: name) == network)
        count += 1
      }
    }
    #expect(count > 70)
  }
}
