import NetworkModel
import Testing

/// libvirt's suite of `net-update`: what it changes, and what it refuses.
@Suite(.enabled(if: Corpus.isThere, "../shared/conformance is not there"))
struct UpdateTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let command: NetworkUpdate.Command
    let section: NetworkUpdate.Section
    let entry: String
    let network: String
    /// The definition afterwards, or, if it is refused, a part of the words.
    let result: Result
    var testDescription: String { "\(command.rawValue) \(section.rawValue) \(entry) \(network)" }

    enum Result: Sendable {
      case definition(String)
      case refusal(String)
    }

    init(
      _ command: NetworkUpdate.Command, _ section: NetworkUpdate.Section, _ entry: String,
      _ network: String, _ result: Result
    ) {
      self.command = command
      self.section = section
      self.entry = entry
      self.network = network
      self.result = result
    }
  }

  /// The suite's cases. Its programs have them, and not its files, so they are listed; which of
  /// them the corpus has the files of is looked up.
  static let cases: [Case] = [
    Case(.add, .dhcpHost, "host-incomplete", "nat-network", .refusal("attribute ip is missing")),
    Case(.add, .dhcpHost, "host-new-incomplete", "nat-network", .refusal("ip is missing")),
    Case(
      .add, .dhcpHost, "host-existing", "nat-network",
      .refusal("there is an existing dhcp host entry in network 'default' that matches")),
    Case(.add, .dhcpHost, "host-new", "nat-network", .definition("nat-network-hosts")),
    Case(
      .modify, .dhcpHost, "host-new", "nat-network",
      .refusal("couldn't locate an existing dhcp host entry with \"mac='00:16:3e:77:f0:0d'\"")),
    Case(.modify, .dhcpHost, "host-incomplete", "nat-network", .refusal("ip is missing")),
    Case(
      .modify, .dhcpHost, "host-updated", "nat-network", .definition("nat-network-host-updated")),
    Case(.delete, .dhcpHost, "host-incomplete", "nat-network", .definition("nat-network-one-host")),
    Case(.delete, .dhcpHost, "host-existing", "nat-network", .definition("nat-network-one-host")),
    Case(
      .delete, .dhcpHost, "host-new", "nat-network",
      .refusal("couldn't locate a matching dhcp host entry in network 'default'")),
    Case(
      .addFirst, .dhcpRange, "dhcp-range", "dhcp6host-routed-network",
      .definition("dhcp6host-routed-network-range")),
    Case(
      .addFirst, .dhcpRange, "dhcp-range-10", "dhcp6host-routed-network",
      .refusal("range 10.0.0.10 - 10.0.0.100 is not entirely within network")),
    Case(
      .add, .dhcpRange, "dhcp-range", "dhcp6host-routed-network",
      .definition("dhcp6host-routed-network-another-range")),
    Case(
      .delete, .dhcpRange, "dhcp-range-existing", "nat-network",
      .definition("nat-network-no-range")),
    Case(
      .delete, .dhcpRange, "dhcp-range", "nat-network",
      .refusal("couldn't locate a matching dhcp range entry in network 'default'")),
    Case(
      .addFirst, .forwardInterface, "interface-eth47", "nat-network-dns-srv-record",
      .definition("nat-network-forward-ifaces")),
    Case(
      .delete, .forwardInterface, "interface-eth1", "nat-network-dns-srv-record",
      .definition("nat-network-no-forward-ifaces")),
    Case(
      .delete, .forwardInterface, "interface-eth47", "nat-network-dns-srv-record",
      .refusal("couldn't find an interface entry in network 'default' matching")),
    Case(
      .addFirst, .portGroup, "portgroup-alison", "openvswitch-net",
      .definition("openvswitch-net-more-portgroups")),
    Case(
      .add, .portGroup, "portgroup-alice-new", "openvswitch-net",
      .refusal("there is an existing portgroup entry in network 'openvswitch-net' that matches")),
    Case(
      .modify, .portGroup, "portgroup-alice-new", "openvswitch-net",
      .definition("openvswitch-net-modified")),
    Case(
      .modify, .portGroup, "portgroup-alison", "openvswitch-net",
      .refusal("couldn't find a portgroup entry in network 'openvswitch-net' matching")),
    Case(
      .delete, .portGroup, "portgroup-alice-new", "openvswitch-net",
      .definition("openvswitch-net-without-alice")),
    Case(
      .delete, .portGroup, "portgroup-alice-new", "nat-network-dns-srv-record",
      .refusal("couldn't find a portgroup entry in network 'default' matching")),
    Case(
      .addFirst, .dnsHost, "dns-host-gateway-incomplete", "nat-network-dns-hosts",
      .refusal("attribute ip is missing")),
    Case(
      .addFirst, .dnsHost, "dns-host-pudding", "nat-network-dns-hosts",
      .definition("nat-network-dns-more-hosts")),
    Case(
      .delete, .dnsHost, "unparsable-dns-host", "nat-network",
      .refusal("attribute 'protocol' is not known here")),
    Case(
      .delete, .dnsHost, "dns-host-gateway-incomplete", "nat-network-dns-hosts",
      .definition("nat-network-no-hosts")),
    Case(
      .modify, .dnsHost, "dns-host-modify", "nat-network-dns-hosts",
      .definition("nat-network-dns-hosts-modified")),
    Case(
      .modify, .dnsHost, "dns-host-modify-not-existing", "nat-network-dns-hosts",
      .refusal("attribute ip '192.168.122.333' is not an IP address")),
    Case(
      .addFirst, .dnsText, "dns-txt-record-snowman", "nat-network-dns-txt-record",
      .definition("nat-network-dns-txt-records")),
    Case(
      .add, .dnsText, "dns-txt-record-example", "nat-network-dns-txt-record",
      .refusal("there is already a DNS TXT record with name 'example' in network default")),
    Case(
      .delete, .dnsText, "dns-txt-record-example", "nat-network-dns-txt-record",
      .definition("nat-network-dns-txt-none")),
    Case(
      .delete, .dnsText, "dns-txt-record-snowman", "nat-network-dns-txt-record",
      .refusal("couldn't locate a matching DNS TXT record in network default")),
    Case(
      .modify, .dnsText, "dns-txt-record-modify-success", "nat-network-dns-txt-record",
      .definition("nat-network-dns-txt-modify-ok")),
    Case(
      .modify, .dnsText, "dns-txt-record-modify-fail", "nat-network-dns-txt-record",
      .refusal("couldn't locate a matching DNS TXT record in network default")),
    Case(
      .addFirst, .dnsService, "srv-record", "nat-network",
      .definition("nat-network-dns-srv-record")),
    Case(
      .add, .dnsService, "srv-record", "nat-network", .definition("nat-network-dns-srv-record")),
    Case(
      .add, .dnsService, "srv-record", "nat-network-dns-srv-record",
      .refusal("there is already at least one DNS SRV record matching all specified fields")),
    Case(
      .add, .dnsService, "srv-record-donkey", "nat-network-dns-srv-record",
      .definition("nat-network-dns-srv-records")),
    Case(
      .delete, .dnsService, "srv-record-service", "nat-network",
      .refusal("couldn't locate a matching DNS SRV record in network default")),
    Case(
      .delete, .dnsService, "srv-record-invalid", "nat-network-dns-srv-record",
      .refusal("couldn't locate a matching DNS SRV record in network default")),
    Case(
      .delete, .dnsService, "srv-record-service", "nat-network-dns-srv-record",
      .definition("nat-network")),
    Case(
      .delete, .dnsService, "srv-record-donkey", "nat-network-dns-srv-records",
      .definition("nat-network-dns-srv-record")),
    Case(
      .delete, .dnsService, "srv-record-service", "nat-network-dns-srv-records",
      .refusal("multiple DNS SRV records matching all specified fields were found")),
    Case(
      .delete, .dnsService, "srv-record-protocol", "nat-network-dns-srv-record",
      .definition("nat-network")),
    Case(
      .modify, .dnsService, "srv-record-modify-few", "nat-network-dns-srv-record",
      .definition("nat-network-dns-srv-modify-few")),
    Case(
      .modify, .dnsService, "srv-not-existing", "nat-network-dns-srv-record",
      .refusal("couldn't locate a matching DNS SRV record in network default")),
  ]

  private func network(_ path: String) throws -> Network {
    try Network(xml: Array(Corpus.text(path).utf8), source: path)
  }

  /// The suite's own expectation, or, as it has it for some, that of the round trip.
  private func expected(_ name: String) throws -> String {
    let folder = Corpus.names("update/expected").contains(name) ? "update/expected" : "xml/out"
    return try Corpus.text("\(folder)/\(name).xml")
  }

  private func update(
    _ command: NetworkUpdate.Command, _ section: NetworkUpdate.Section, _ entry: String
  ) throws -> NetworkUpdate {
    try NetworkUpdate(
      command, section, parentIndex: nil,
      xml: Array(Corpus.text("update/section/\(entry).xml").utf8), source: entry)
  }

  static let isThere: @Sendable (Case) -> Bool = { example in
    guard sections.contains(example.entry), networks.contains(example.network) else { return false }
    guard case .definition(let name) = example.result else { return true }
    return Corpus.names("update/expected").contains(name) || Corpus.names("xml/out").contains(name)
  }
  static let sections = Corpus.names("update/section")
  static let networks = Corpus.names("xml/in")

  @Test func thereAreCases() { #expect(Self.cases.filter(Self.isThere).count >= 28) }

  @Test(arguments: cases.filter(isThere))
  func doesWhatLibvirtDoes(example: Case) throws {
    var network = try network("xml/in/\(example.network).xml")
    let before = network
    let update = try update(example.command, example.section, example.entry)
    switch example.result {
    case .definition(let name):
      try update.apply(to: &network)
      #expect(try network.xml == expected(name))
    case .refusal(let words):
      let error = #expect(throws: NetworkUpdateError.self) { try update.apply(to: &network) }
      #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
      #expect(network == before)
    }
  }

  /// Of every file, listed above or not, in every section of every network: it is refused and
  /// changes nothing, or deleting it undoes what adding it did, if no other entry could be meant.
  @Test func deletingUndoesAdding() throws {
    var count = 0
    for name in Self.networks.subtracting(XMLRoundTripTests.refused.keys) {
      let before = try network("xml/in/\(name).xml")
      for (entry, section) in Self.sections.flatMap({ entry in
        NetworkUpdate.Section.allCases.map { (entry, $0) }
      }) {
        var network = before
        let addition = try update(.add, section, entry)
        do throws(NetworkUpdateError) {
          try addition.apply(to: &network)
        } catch {
          #expect(network == before, "\(section.rawValue) \(entry) \(name)")
          continue
        }
        #expect(network != before, "\(section.rawValue) \(entry) \(name)")
        let deletion = try update(.delete, section, entry)
        do throws(NetworkUpdateError) {
          try deletion.apply(to: &network)
          #expect(network == before, "\(section.rawValue) \(entry) \(name)")
          count += 1
        } catch {
          #expect(error.message.contains("multiple matching"), "\(error.message)")
        }
      }
    }
    #expect(count > 100)
  }

  /// The suite's input to this one is not in the corpus: it is the expectation without its range.
  @Test func addsARangeBesideHosts() throws {
    let path = "update/expected/dhcp6host-routed-network-range.xml"
    var network = try network(path)
    try update(.delete, .dhcpRange, "dhcp-range").apply(to: &network)
    #expect(!network.xml.contains("<range"))
    try update(.addFirst, .dhcpRange, "dhcp-range").apply(to: &network)
    #expect(try network.xml == Corpus.text(path))
  }
}
