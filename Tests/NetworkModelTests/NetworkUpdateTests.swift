import NetworkModel
import Testing

/// `net-update` on a network of ours. libvirt 9.0 does the same to it, in the same words but where
/// a refusal names the file and line.
struct NetworkUpdateTests {
  typealias Change = (
    NetworkUpdate.Command, NetworkUpdate.Section, index: Int?, entry: String, lines: [String]
  )
  typealias Refusal = (
    NetworkUpdate.Command, NetworkUpdate.Section, index: Int?, entry: String, words: String
  )

  static let definition = """
    <network>
      <name>t</name>
      <uuid>81ff0d90-c91e-6742-64da-4a736edb9a9b</uuid>
      <forward dev='eth1' mode='nat'>
        <interface dev='eth1'/>
      </forward>
      <bridge name='virbr9' stp='on' delay='0'/>
      <mac address='52:54:00:5f:e6:0a'/>
      <dns>
        <txt name='t1' value='v1'/>
        <srv service='a' protocol='tcp' target='x'/>
        <srv service='a' protocol='udp' target='y'/>
        <host ip='10.0.0.9'>
          <hostname>one</hostname>
          <hostname>two</hostname>
        </host>
        <host ip='10.0.0.8'>
          <hostname>two</hostname>
        </host>
      </dns>
      <ip address='10.0.0.1' netmask='255.255.255.0'>
        <dhcp>
          <range start='10.0.0.100' end='10.0.0.200'/>
          <host mac='52:54:00:00:00:01' name='a' ip='10.0.0.11'/>
          <host name='b' ip='10.0.0.12'/>
        </dhcp>
      </ip>
      <ip address='10.1.0.1' netmask='255.255.255.0'>
      </ip>
      <ip family='ipv6' address='2001:db8::1' prefix='64'>
        <dhcp>
          <host name='six' ip='2001:db8::6'/>
        </dhcp>
      </ip>
      <portgroup name='p1' default='yes'>
      </portgroup>
      <portgroup name='p2'>
      </portgroup>
    </network>

    """

  /// The lines that go, with `-`, and those that come, with `+`.
  static let changes: [Change] = [
    (
      .add, .dhcpHost, nil, "<host mac='52:54:00:00:00:02' name='c' ip='10.0.0.13'/>",
      ["+<host mac='52:54:00:00:00:02' name='c' ip='10.0.0.13'/>"]
    ),
    (
      .addFirst, .dhcpHost, nil,
      "<host mac='52:54:00:00:00:02' name='c' ip='10.0.0.13'><lease expiry='5' unit='hours'/></host>",
      [
        "+<host mac='52:54:00:00:00:02' name='c' ip='10.0.0.13'>",
        "+<lease expiry='5' unit='hours'/>", "+</host>",
      ]
    ),
    (
      .add, .dhcpHost, 2, "<host name='v6' ip='2001:db8::7'/>",
      ["+<host name='v6' ip='2001:db8::7'/>"]
    ),
    (
      .modify, .dhcpHost, nil, "<host mac='52:54:00:00:00:01' name='new' ip='10.0.0.99'/>",
      [
        "-<host mac='52:54:00:00:00:01' name='a' ip='10.0.0.11'/>",
        "+<host mac='52:54:00:00:00:01' name='new' ip='10.0.0.99'/>",
      ]
    ),
    (
      .modify, .dhcpHost, nil, "<host name='b' ip='10.0.0.98'/>",
      ["-<host name='b' ip='10.0.0.12'/>", "+<host name='b' ip='10.0.0.98'/>"]
    ),
    (
      .modify, .dhcpHost, nil, "<host mac='52:54:00:00:00:07' ip='10.0.0.11'/>",
      [
        "-<host mac='52:54:00:00:00:01' name='a' ip='10.0.0.11'/>",
        "+<host mac='52:54:00:00:00:07' ip='10.0.0.11'/>",
      ]
    ),
    (
      .delete, .dhcpHost, nil, "<host mac='52:54:00:00:00:01'/>",
      ["-<host mac='52:54:00:00:00:01' name='a' ip='10.0.0.11'/>"]
    ),
    (.delete, .dhcpHost, nil, "<host name='b'/>", ["-<host name='b' ip='10.0.0.12'/>"]),
    (.delete, .dhcpHost, nil, "<host ip='10.0.0.12'/>", ["-<host name='b' ip='10.0.0.12'/>"]),
    (
      .delete, .dhcpHost, nil, "<host mac='52:54:00:00:00:77'/>",
      ["-<host name='b' ip='10.0.0.12'/>"]
    ),
    (
      .delete, .dhcpHost, nil, "<host mac='52:54:00:00:00:01' ip='10.0.0.12'/>",
      ["-<host name='b' ip='10.0.0.12'/>"]
    ),
    (
      .delete, .dhcpHost, 2, "<host name='six'/>",
      ["-<dhcp>", "-<host name='six' ip='2001:db8::6'/>", "-</dhcp>"]
    ),
    (
      .add, .dhcpRange, nil, "<range start='10.0.0.20' end='10.0.0.30'/>",
      ["+<range start='10.0.0.20' end='10.0.0.30'/>"]
    ),
    (
      .add, .dhcpRange, nil, "<range start='10.0.0.120' end='10.0.0.130'/>",
      ["+<range start='10.0.0.120' end='10.0.0.130'/>"]
    ),
    (
      .add, .dhcpRange, 2, "<range start='2001:db8::20' end='2001:db8::30'/>",
      ["+<range start='2001:db8::20' end='2001:db8::30'/>"]
    ),
    (
      .delete, .dhcpRange, nil, "<range start='10.0.0.100' end='10.0.0.200'/>",
      ["-<range start='10.0.0.100' end='10.0.0.200'/>"]
    ),
    (
      .delete, .forwardInterface, nil, "<interface dev='eth1'/>",
      [
        "-<forward dev='eth1' mode='nat'>", "+<forward mode='nat'/>", "-<interface dev='eth1'/>",
        "-</forward>",
      ]
    ),
    (.add, .portGroup, nil, "<portgroup name='p3'/>", ["+<portgroup name='p3'>", "+</portgroup>"]),
    (
      .addFirst, .portGroup, nil,
      "<portgroup name='p3'><bandwidth><inbound average='3'/></bandwidth></portgroup>",
      [
        "+<portgroup name='p3'>", "+<bandwidth>", "+<inbound average='3'/>", "+</bandwidth>",
        "+</portgroup>",
      ]
    ),
    (
      .modify, .portGroup, nil, "<portgroup name='p1'/>",
      ["-<portgroup name='p1' default='yes'>", "+<portgroup name='p1'>"]
    ),
    (
      .delete, .portGroup, nil, "<portgroup name='p1'/>",
      ["-<portgroup name='p1' default='yes'>", "-</portgroup>"]
    ),
    (
      .add, .dnsHost, nil, "<host ip='10.0.0.7'><hostname>two</hostname></host>",
      ["+<hostname>two</hostname>", "+</host>", "+<host ip='10.0.0.7'>"]
    ),
    (
      .addFirst, .dnsHost, nil, "<host ip='10.0.0.7'><hostname>x</hostname></host>",
      ["+<host ip='10.0.0.7'>", "+<hostname>x</hostname>", "+</host>"]
    ),
    (
      .delete, .dnsHost, nil, "<host ip='10.0.0.9'/>",
      [
        "-<host ip='10.0.0.9'>", "-<hostname>one</hostname>", "-<hostname>two</hostname>",
        "-</host>",
      ]
    ),
    (
      .delete, .dnsHost, nil, "<host><hostname>one</hostname></host>",
      [
        "-<host ip='10.0.0.9'>", "-<hostname>one</hostname>", "-<hostname>two</hostname>",
        "-</host>",
      ]
    ),
    (.add, .dnsText, nil, "<txt name='t2' value='x'/>", ["+<txt name='t2' value='x'/>"]),
    (.addFirst, .dnsText, nil, "<txt name='t2' value='x'/>", ["+<txt name='t2' value='x'/>"]),
    (.delete, .dnsText, nil, "<txt name='t1'/>", ["-<txt name='t1' value='v1'/>"]),
    (.delete, .dnsText, nil, "<txt name='t1' value='other'/>", ["-<txt name='t1' value='v1'/>"]),
    (
      .add, .dnsService, nil, "<srv service='b' protocol='tcp'/>",
      ["+<srv service='b' protocol='tcp'/>"]
    ),
    (
      .add, .dnsService, nil, "<srv service='a' protocol='tcp' target='z'/>",
      ["+<srv service='a' protocol='tcp' target='z'/>"]
    ),
    (
      .delete, .dnsService, nil, "<srv protocol='tcp'/>",
      ["-<srv service='a' protocol='tcp' target='x'/>"]
    ),
    (
      .delete, .dnsService, nil, "<srv target='y'/>",
      ["-<srv service='a' protocol='udp' target='y'/>"]
    ),
  ]

  static let refusals: [Refusal] = [
    (
      .add, .dhcpHost, nil, "<host mac='52:54:00:00:00:01' name='zz' ip='10.0.0.13'/>",
      "Requested operation is not valid: there is an existing dhcp host entry in network 't' that matches \"<host mac='52:54:00:00:00:01' name='zz' ip='10.0.0.13'/>\""
    ),
    (
      .add, .dhcpHost, nil, "<host mac='52:54:00:00:00:05' name='a' ip='10.0.0.13'/>",
      "Requested operation is not valid: there is an existing dhcp host entry in network 't' that matches \"<host mac='52:54:00:00:00:05' name='a' ip='10.0.0.13'/>\""
    ),
    (
      .add, .dhcpHost, nil, "<host mac='52:54:00:00:00:05' ip='10.0.0.12'/>",
      "Requested operation is not valid: there is an existing dhcp host entry in network 't' that matches \"<host mac='52:54:00:00:00:05' name='(null)' ip='10.0.0.12'/>\""
    ),
    (
      .add, .dhcpHost, 1, "<host mac='52:54:00:00:00:05' ip='10.0.0.55'/>",
      "Requested operation is not valid: dhcp is supported only for a single IPv4 address on each network"
    ),
    (
      .add, .dhcpHost, 2, "<host mac='52:54:00:00:00:05' ip='2001:db8::7'/>",
      "XML error: update:1: in <host>: hosts of IPv6 are known by id or name, and not by mac"
    ),
    (
      .add, .dhcpHost, 2, "<host name='v6' ip='10.0.0.77'/>",
      "XML error: update:1: in <host>: attribute ip '10.0.0.77' is not an IPv6 address"
    ),
    (
      .add, .dhcpHost, 7, "<host name='v6' ip='10.0.0.77'/>",
      "Requested operation is not valid: couldn't update dhcp host entry - no <ip> element found at index 7 in network 't'"
    ),
    (
      .add, .dhcpHost, nil, "<range start='10.0.0.1' end='10.0.0.2'/>",
      "XML error: unexpected element <range>, expecting <host>, while updating network 't'"
    ),
    (
      .modify, .dhcpHost, nil, "<host mac='52:54:00:00:00:07' name='q' ip='10.0.0.97'/>",
      "Requested operation is not valid: couldn't locate an existing dhcp host entry with \"mac='52:54:00:00:00:07'\" \"name='q'\" \"ip='10.0.0.97'\" in network 't'"
    ),
    (
      .modify, .dhcpHost, nil, "<host mac='52:54:00:00:00:07' ip='10.0.0.97'/>",
      "Requested operation is not valid: couldn't locate an existing dhcp host entry with \"mac='52:54:00:00:00:07'\" \"name='(null)'\" \"ip='10.0.0.97'\" in network 't'"
    ),
    (
      .delete, .dhcpHost, nil, "<host/>",
      "XML error: update:1: in <host>: attribute mac, name or ip is missing"
    ),
    (
      .delete, .dhcpHost, 2, "<host id='0:1'/>",
      "XML error: update:1: in <host>: attribute mac, name or ip is missing"
    ),
    (
      .add, .dhcpRange, nil, "<range start='10.0.0.100' end='10.0.0.200'/>",
      "Requested operation is not valid: there is an existing dhcp range entry in network 't' that matches \"<range start='10.0.0.100' end='10.0.0.200'/>\""
    ),
    (
      .add, .dhcpRange, nil, "<range start='10.0.1.20' end='10.0.1.30'/>",
      "XML error: update:1: in <range>: range 10.0.1.20 - 10.0.1.30 is not entirely within network 10.0.0.0/24"
    ),
    (
      .add, .dhcpRange, 1, "<range start='10.1.0.20' end='10.1.0.30'/>",
      "Requested operation is not valid: dhcp is supported only for a single IPv4 address on each network"
    ),
    (
      .add, .dhcpRange, nil, "<range start='10.0.0.20'/>",
      "XML error: update:1: in <range>: attribute end is missing"
    ),
    (
      .delete, .dhcpRange, nil, "<range start='10.0.0.100' end='10.0.0.201'/>",
      "Requested operation is not valid: couldn't locate a matching dhcp range entry in network 't'"
    ),
    (
      .modify, .dhcpRange, nil, "<range start='10.0.0.100' end='10.0.0.201'/>",
      "Operation not supported: dhcp ranges cannot be modified, only added or deleted"
    ),
    (
      .add, .dhcpRange, nil, "<host/>",
      "XML error: unexpected element <host>, expecting <range>, while updating network 't'"
    ),
    (
      .delete, .forwardInterface, nil, "<interface dev='eth2'/>",
      "Requested operation is not valid: couldn't find an interface entry in network 't' matching <interface dev='eth2'>"
    ),
    (
      .modify, .forwardInterface, nil, "<interface dev='eth2'/>",
      "Operation not supported: forward interface entries cannot be modified, only added or deleted"
    ),
    (
      .add, .forwardInterface, nil, "<interface dev='eth1'/>",
      "Requested operation is not valid: there is an existing interface entry in network 't' that matches \"<interface dev='eth1'>\""
    ),
    (
      .add, .forwardInterface, nil, "<interface/>",
      "XML error: update:1: in <interface>: attribute dev is missing"
    ),
    (
      .add, .portGroup, nil, "<portgroup name='p1'/>",
      "Requested operation is not valid: there is an existing portgroup entry in network 't' that matches \"<portgroup name='p1'>\""
    ),
    (
      .add, .portGroup, nil, "<portgroup name='p3' default='yes'/>",
      "Requested operation is not valid: a different portgroup entry in network 't' is already set as the default. Only one default is allowed."
    ),
    (
      .modify, .portGroup, nil, "<portgroup name='p2' default='yes'/>",
      "Requested operation is not valid: a different portgroup entry in network 't' is already set as the default. Only one default is allowed."
    ),
    (
      .modify, .portGroup, nil, "<portgroup name='p9'/>",
      "Requested operation is not valid: couldn't find a portgroup entry in network 't' matching <portgroup name='p9'>"
    ),
    (
      .delete, .portGroup, nil, "<portgroup name='p9'/>",
      "Requested operation is not valid: couldn't find a portgroup entry in network 't' matching <portgroup name='p9'>"
    ),
    (
      .delete, .portGroup, nil, "<portgroup/>",
      "XML error: update:1: in <portgroup>: attribute name is missing"
    ),
    (
      .add, .bridge, nil, "<bridge/>",
      "Operation not supported: can't update 'bridge' section of network 't'"
    ),
    (
      .add, .domain, nil, "<bridge/>",
      "Operation not supported: can't update 'domain' section of network 't'"
    ),
    (
      .add, .ip, nil, "<bridge/>",
      "Operation not supported: can't update 'ip' section of network 't'"
    ),
    (
      .add, .forward, nil, "<bridge/>",
      "Operation not supported: can't update 'forward' section of network 't'"
    ),
    (
      .add, .physicalFunction, nil, "<bridge/>",
      "Operation not supported: can't update 'forward pf' section of network 't'"
    ),
    (
      .add, .dnsHost, nil, "<host ip='10.0.0.9'><hostname>x</hostname></host>",
      "Requested operation is not valid: there is already at least one DNS HOST record with a matching field in network t"
    ),
    (
      .delete, .dnsHost, nil, "<host><hostname>two</hostname></host>",
      "Requested operation is not valid: multiple matching DNS HOST records were found in network t"
    ),
    (
      .delete, .dnsHost, nil, "<host><hostname>none</hostname></host>",
      "Requested operation is not valid: couldn't locate a matching DNS HOST record in network t"
    ),
    (
      .delete, .dnsHost, nil, "<host/>",
      "XML error: update:1: in <host>: attribute ip or element <hostname> is missing"
    ),
    (
      .add, .dnsText, nil, "<txt name='t1' value='x'/>",
      "Requested operation is not valid: there is already a DNS TXT record with name 't1' in network t"
    ),
    (
      .delete, .dnsText, nil, "<txt name='t9'/>",
      "Requested operation is not valid: couldn't locate a matching DNS TXT record in network t"
    ),
    (
      .add, .dnsText, nil, "<txt name='t9'/>",
      "XML error: update:1: in <txt>: attribute value is missing"
    ),
    (
      .add, .dnsService, nil, "<srv service='a' protocol='tcp'/>",
      "Requested operation is not valid: there is already at least one DNS SRV record matching all specified fields in network t"
    ),
    (
      .delete, .dnsService, nil, "<srv service='a'/>",
      "Requested operation is not valid: multiple DNS SRV records matching all specified fields were found in network t"
    ),
    (
      .delete, .dnsService, nil, "<srv service='q'/>",
      "Requested operation is not valid: couldn't locate a matching DNS SRV record in network t"
    ),
    (
      .delete, .dnsService, nil, "<srv/>",
      "Requested operation is not valid: multiple DNS SRV records matching all specified fields were found in network t"
    ),
    (
      .delete, .dnsService, nil, "<txt/>",
      "XML error: unexpected element <txt>, expecting <srv>, while updating network 't'"
    ),
  ]

  private func apply(
    _ command: NetworkUpdate.Command, _ section: NetworkUpdate.Section, _ index: Int?,
    _ entry: String, to network: inout Network
  ) throws {
    try NetworkUpdate(
      command, section, parentIndex: index, xml: Array(entry.utf8), source: "update"
    ).apply(to: &network)
  }

  private func network() throws -> Network {
    try Network(xml: Array(Self.definition.utf8), source: "lan.xml")
  }

  @Test(arguments: changes.indices) func changesTheseLines(position: Int) throws {
    let change = Self.changes[position]
    var network = try network()
    let before = network.xml.split(separator: "\n")
    try apply(change.0, change.1, change.index, change.entry, to: &network)
    let after = network.xml.split(separator: "\n")
    let lines = after.difference(from: before).map { step in
      switch step {
      case .insert(_, let line, _): "+\(line.drop { $0 == " " })"
      case .remove(_, let line, _): "-\(line.drop { $0 == " " })"
      }
    }
    #expect(lines.sorted() == change.lines.sorted(), "\(change.entry)")
    #expect(try Network(xml: Array(network.xml.utf8), source: "again") == network)
  }

  @Test(arguments: refusals.indices) func refusesInTheseWords(position: Int) throws {
    let refusal = Self.refusals[position]
    var network = try network()
    let before = network
    let error = #expect(throws: NetworkUpdateError.self) {
      try apply(refusal.0, refusal.1, refusal.index, refusal.entry, to: &network)
    }
    #expect(error?.description == refusal.words)
    #expect(network == before)
  }

  /// libvirt's newest version modifies these too; that of 9.0 refuses.
  @Test(arguments: [
    (
      NetworkUpdate.Section.dnsHost, "<host ip='10.0.0.8'><hostname>new</hostname></host>",
      "<hostname>new</hostname>"
    ),
    (.dnsText, "<txt name='t1' value='new'/>", "<txt name='t1' value='new'/>"),
    (
      .dnsService, "<srv service='a' protocol='tcp' target='x' port='9'/>",
      "<srv service='a' protocol='tcp' target='x' port='9'/>"
    ),
  ])
  func modifiesRecords(section: NetworkUpdate.Section, entry: String, line: String) throws {
    var network = try network()
    let count = network.xml.split(separator: "\n").count
    try apply(.modify, section, nil, entry, to: &network)
    #expect(network.xml.contains(line))
    #expect(network.xml.split(separator: "\n").count == count)
  }

  @Test func whatIsNotThereIsNotModified() throws {
    var network = try network()
    for (section, entry) in [
      (NetworkUpdate.Section.dnsHost, "<host ip='10.0.0.7'><hostname>two</hostname></host>"),
      (.dnsText, "<txt name='t9' value='x'/>"), (.dnsService, "<srv service='q' protocol='tcp'/>"),
    ] {
      #expect(throws: NetworkUpdateError.self) {
        try apply(.modify, section, nil, entry, to: &network)
      }
    }
  }

  /// The order of what is there does not matter, and where the first comes first is first.
  @Test func firstAndLastAreWhereTheySay() throws {
    var network = try network()
    try apply(.add, .dhcpHost, nil, "<host name='last' ip='10.0.0.20'/>", to: &network)
    try apply(.addFirst, .dhcpHost, nil, "<host name='first' ip='10.0.0.21'/>", to: &network)
    #expect(
      network.blocks[0].dhcp?.hosts.map { $0.name?.text } == ["first", "a", "b", "last"])
  }

  @Test func anEmptyNetworkGetsItsFirstEntries() throws {
    var network = try Network(
      xml: Array("<network><name>n</name><ip address='10.0.0.1' prefix='24'/></network>".utf8),
      source: "n")
    try apply(.add, .dhcpHost, nil, "<host name='a' ip='10.0.0.2'/>", to: &network)
    try apply(.add, .dnsText, nil, "<txt name='a' value='b'/>", to: &network)
    try apply(.delete, .dhcpHost, nil, "<host name='a'/>", to: &network)
    try apply(.delete, .dnsText, nil, "<txt name='a'/>", to: &network)
    #expect(network.blocks[0].dhcp == nil)
    #expect(network.dns == nil)
    #expect(throws: NetworkUpdateError.self) {
      try apply(.add, .forwardInterface, nil, "<interface dev='e0'/>", to: &network)
    }
  }
}
