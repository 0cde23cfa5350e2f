import NetworkModel
import Testing

/// What other programs write into a definition stays in it.
struct ForeignContentTests {
  private func network(_ xml: String) throws -> Network {
    try Network(xml: Array(xml.utf8), source: "lan.xml")
  }

  static let everywhere = """
    <network xmlns:z='urn:z' z:a='1'>
      <name z:a='2'>n</name>
      <forward mode='nat' xmlns:z='urn:z' z:a='3'>
        <nat>
          <port start='1' end='2' xmlns:z='urn:z' z:a='4'/>
          <z:n xmlns:z="urn:z"/>
        </nat>
        <interface dev='e0' xmlns:z='urn:z' z:a='5'/>
      </forward>
      <mtu size='1500'>
        <z:m xmlns:z="urn:z">text</z:m>
      </mtu>
      <dns>
        <host ip='10.0.0.9'>
          <hostname xmlns:z='urn:z' z:a='6'>nine</hostname>
        </host>
      </dns>
      <ip address='10.0.0.1' prefix='24' xml:lang='de'>
        <tftp root='/srv' xmlns:z='urn:z' z:a='7'/>
        <dhcp xmlns:z='urn:z' z:a='8'>
          <range start='10.0.0.2' end='10.0.0.3'>
            <lease expiry='0' xmlns:z='urn:z' z:a='9'/>
            <z:r xmlns:z="urn:z" b="c"/>
          </range>
          <host name='h' ip='10.0.0.4'>
            <z:h xmlns:z="urn:z"/>
          </host>
        </dhcp>
      </ip>
      <z:top xmlns:z="urn:z">
        <z:below/>
      </z:top>
    </network>
    """

  @Test func survivesWhereverItStands() throws {
    let network = try network(Self.everywhere)
    let xml = network.xml
    for number in 1...9 {
      #expect(xml.contains("z:a='\(number)'"), "attribute \(number)")
    }
    for part in [
      "<z:n xmlns:z=\"urn:z\"/>", "<z:m xmlns:z=\"urn:z\">text</z:m>",
      "<z:r xmlns:z=\"urn:z\" b=\"c\"/>", "<z:h xmlns:z=\"urn:z\"/>", "xml:lang='de'",
      "  <z:top xmlns:z=\"urn:z\">\n    <z:below/>\n  </z:top>\n",
    ] { #expect(xml.contains(part), "\(part)") }
    #expect(try self.network(xml) == network)
  }

  @Test func staysWithItsEntryWhenAnUpdateMovesIt() throws {
    var network = try network(Self.everywhere)
    try NetworkUpdate(
      .addFirst, .dhcpHost, parentIndex: nil,
      xml: Array("<host name='first' ip='10.0.0.5'><y:new xmlns:y='urn:y'/></host>".utf8),
      source: "update"
    ).apply(to: &network)
    #expect(
      network.xml.contains(
        """
              <host name='first' ip='10.0.0.5'>
                <y:new xmlns:y="urn:y"/>
              </host>
              <host name='h' ip='10.0.0.4'>
                <z:h xmlns:z="urn:z"/>
              </host>
        """))
    try NetworkUpdate(
      .delete, .dhcpHost, parentIndex: 0, xml: Array("<host name='h'/>".utf8), source: "update"
    ).apply(to: &network)
    #expect(!network.xml.contains("z:h"))
    #expect(network.xml.contains("z:r"))
  }

  @Test func namespacesAreDeclaredWhereTheyAreUsed() throws {
    let network = try network(
      """
      <network xmlns:a='urn:a' xmlns:b='urn:b'><name>n</name>
      <metadata><a:x b:y='1'><c:z xmlns:c='urn:c'/><plain xmlns=''/></a:x></metadata></network>
      """)
    #expect(
      network.metadata[0].xml == """
        <a:x xmlns:a="urn:a" xmlns:b="urn:b" b:y="1">
          <c:z xmlns:c="urn:c"/>
          <plain xmlns=""/>
        </a:x>
        """)
  }

  @Test func anotherMeaningOfOurPrefixesIsKept() throws {
    let network = try network(
      """
      <network xmlns:tapster='urn:other' xmlns:t='urn:tapster:network:1' tapster:a='1'>
      <name>n</name><t:outgoing default='deny'/><tapster:e/></network>
      """)
    #expect(try self.network(network.xml) == network)
    #expect(network.xml.contains("<tapster:outgoing default='deny'/>"))
    #expect(network.xml.contains("<tapster:e xmlns:tapster=\"urn:other\"/>"))
  }

  @Test func metadataIsReadWithAKey() throws {
    let element = try ForeignElement(
      parsing: Array("<thing a='1'><inner/> </thing>".utf8), key: "app", namespace: "urn:app")
    #expect(
      element.xml == "<app:thing xmlns:app=\"urn:app\" a=\"1\">\n  <app:inner/>\n</app:thing>")
    #expect(element.bareXML == "<thing a=\"1\">\n  <inner/>\n</thing>")
    var network = try network("<network><name>n</name></network>")
    network.metadata = [element]
    #expect(try self.network(network.xml) == network)
  }

  /// As libxml2 does it, and so libvirt: its own declarations stay in front.
  @Test func theKeyIsDeclaredBehindWhatTheElementDeclares() throws {
    let element = try ForeignElement(
      parsing: Array("<thing xmlns:b='urn:b' xmlns:c='urn:c'><b:in/><c:in/></thing>".utf8),
      key: "app", namespace: "urn:app")
    #expect(
      element.xml
        == "<app:thing xmlns:b=\"urn:b\" xmlns:c=\"urn:c\" xmlns:app=\"urn:app\">\n"
        + "  <b:in/>\n  <c:in/>\n</app:thing>")
    #expect(
      element.bareXML
        == "<thing xmlns:b=\"urn:b\" xmlns:c=\"urn:c\">\n  <b:in/>\n  <c:in/>\n</thing>")
  }

  @Test(arguments: [
    ("<a/>", "", "urn:a"), ("<a/>", "a b", "urn:a"), ("<a/>", "xml", "urn:a"), ("<a/>", "1", "u"),
    ("<a/>", "a", ""), ("<a/>", "a", "urn:tapster:network:1"), ("<a", "a", "urn:a"),
    ("<b:a xmlns:b='urn:b'/>", "a", "urn:a"), ("<a/><b/>", "a", "urn:a"),
  ])
  func metadataThatCannotBe(xml: String, key: String, namespace: String) {
    #expect(throws: NetworkXMLError.self) {
      try ForeignElement(parsing: Array(xml.utf8), key: key, namespace: namespace)
    }
  }

  @Test(arguments: [
    "<metadata><plain/></metadata>", "<metadata>text</metadata>",
    "<metadata><a:x xmlns:a='urn:a'/><a:y xmlns:a='urn:a'/></metadata>",
    "<t:incomming xmlns:t='urn:tapster:network:1' default='deny'/>",
    "<bridge t:auto='yes' xmlns:t='urn:tapster:network:1'/>",
  ])
  func isRefusedRatherThanLost(inner: String) {
    #expect(throws: NetworkXMLError.self) {
      try self.network("<network><name>n</name>\(inner)</network>")
    }
  }
}
