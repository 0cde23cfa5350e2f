import NetworkModel
import Testing

/// Every definition of the corpus, whichever are there, comes back as libvirt writes it.
@Suite(.enabled(if: Corpus.isThere, "../shared/conformance is not there"))
struct XMLRoundTripTests {
  /// What is refused, and with what words: all by `virsh net-define` too. Its suite had
  /// `passthrough-pf` read and written until 11.3, without asking whether it can be defined; it
  /// asks since, and has it refused.
  static let refused = [
    "hostdev-duplicate": "PCI device '0000:03:00.3' can only be listed once",
    "open-network-with-forward-dev":
      "dev is not allowed in mode 'open', which makes no rules that restrict it",
    "passthrough-duplicate": "interface 'eth3' can only be listed once",
    "passthrough-pf":
      "<ip> is for mode nat, route, open or isolated, not for 'passthrough'",
    "routed-network-no-dns-extra-elements": "enable='no' and something for the server to do",
  ]
  static let names = Corpus.names("xml/in").sorted()

  private func network(_ path: String) throws -> Network {
    try Network(xml: Array(Corpus.text(path).utf8), source: path)
  }

  @Test func thereAreDefinitions() { #expect(Self.names.count >= 27) }

  @Test(arguments: names.filter { refused[$0] == nil })
  func isWrittenAsLibvirtWritesIt(name: String) throws {
    let written = try network("xml/in/\(name).xml").xml
    // Of one the corpus has no more than how it is read.
    guard Corpus.names("xml/out").contains(name) else { return }
    #expect(try written == Corpus.text("xml/out/\(name).xml"))
  }

  @Test func whatIsWrittenIsNotRefused() {
    #expect(Corpus.names("xml/out").subtracting(Self.names) == [])
    let written = Corpus.names("xml/out").intersection(Self.refused.keys)
    #expect(written.isSubset(of: ["passthrough-pf"]))
  }

  @Test(arguments: names.filter { refused[$0] != nil })
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
