import LinuxTypes
import NetworkModel
import Testing

struct NetworkXMLTests {
  private func written(_ xml: String) throws -> String {
    let network = try Network(xml: Array(xml.utf8), source: "lan.xml")
    #expect(try Network(xml: Array(network.xml.utf8), source: "again.xml") == network)
    return network.xml
  }

  /// A definition that has `inner` behind its name comes back with `outer` there.
  private func expect(_ inner: String, _ outer: String, attributes: String = "") throws {
    #expect(
      try written("<network\(attributes)><name>a</name>\(inner)</network>")
        == "<network\(attributes)>\n  <name>a</name>\n\(outer)</network>\n")
  }

  static let everything = """
    <network xmlns:dnsmasq='http://libvirt.org/schemas/network/dnsmasq/1.0' xmlns:tapster='urn:tapster:network:1' ipv6='yes' trustGuestRxFilters='no'>
      <name>all &amp; sundry</name>
      <uuid>1b2ff11f-5a4f-4f4e-9f3c-0d8a3f9d2a11</uuid>
      <title>a &quot;title&quot;</title>
      <description>two
    lines</description>
      <metadata>
        <app:thing xmlns:app="urn:app" a="&quot;1'">
          <app:inner/>
          <app:text>x &gt; y</app:text>
        </app:thing>
        <other xmlns="urn:other"><![CDATA[<raw>]]></other>
      </metadata>
      <forward dev='eth0' mode='nat'>
        <nat ipv6='yes'>
          <address start='192.0.2.1' end='192.0.2.4'/>
          <port start='1024' end='2048'/>
        </nat>
        <interface dev='eth0'/>
        <interface dev='wlan0'/>
      </forward>
      <bridge name='br-all' zone='trusted' stp='off' delay='2' macTableManager='libvirt'/>
      <mtu size='9000'/>
      <mac address='52:54:00:aa:bb:cc'/>
      <domain name='lan.example' localOnly='yes' register='yes'/>
      <dns enable='yes' forwardPlainNames='no'>
        <forwarder domain='corp.example' addr='192.0.2.53'/>
        <forwarder addr='2001:db8::53'/>
        <txt name='example' value='it&apos;s text'/>
        <srv service='ldap' protocol='tcp' domain='lan.example' target='d.example' port='389' priority='1' weight='2'/>
        <host ip='10.1.0.9'>
          <hostname>nine</hostname>
          <hostname>neuf</hostname>
        </host>
      </dns>
      <bandwidth>
        <inbound average='1000' peak='5000' burst='5120'/>
        <outbound average='128'/>
      </bandwidth>
      <port isolated='yes'/>
      <ip address='10.1.0.1' netmask='255.255.0.0' localPtr='yes'>
        <tftp root='/srv/tftp'/>
        <dhcp>
          <range start='10.1.0.100' end='10.1.0.200'>
            <lease expiry='12' unit='hours'/>
          </range>
          <host mac='52:54:00:00:00:01' name='web' ip='10.1.0.10'>
            <lease expiry='0'/>
          </host>
          <host name='named' ip='10.1.0.11'/>
          <bootp file='pxe.img' server='10.1.0.2'/>
        </dhcp>
      </ip>
      <ip family='ipv6' address='2001:db8:1::1' prefix='64'>
        <dhcp>
          <range start='2001:db8:1::100' end='2001:db8:1::1ff'/>
          <host id='0:3:0:1:52:54:0:0:0:1' name='web' ip='2001:db8:1::10'/>
        </dhcp>
      </ip>
      <ip family='ipv4' address='172.20.0.1' prefix='24'>
      </ip>
      <ip tapster:auto='yes'>
        <dhcp/>
      </ip>
      <route address='10.2.0.0' netmask='255.255.0.0' gateway='10.1.0.3' metric='4'/>
      <route family='ipv6' address='2001:db8:2::' prefix='48' gateway='2001:db8:1::3'/>
      <tapster:incoming default='deny'>
        <tapster:allow proto='tcp' port='2222' to='web' toport='22'/>
        <tapster:allow proto='udp' port='8000-8010' address='192.0.2.1' to='10.1.0.11'/>
        <tapster:allow proto='tcp' port='80' to='52:54:00:00:00:01'/>
      </tapster:incoming>
      <tapster:outgoing default='allow'>
        <tapster:deny proto='tcp' port='25'/>
        <tapster:allow to='192.0.2.7'/>
        <tapster:deny to='192.0.2.0/24'/>
      </tapster:outgoing>
      <dnsmasq:options>
        <dnsmasq:option value='cname=a.example,b.example'/>
      </dnsmasq:options>
    </network>

    """

  @Test func everythingIsReadAndWritten() throws {
    #expect(try written(Self.everything) == Self.everything)
  }

  @Test func valuesAreWhatTheXMLSays() throws {
    let network = try Network(xml: Array(Self.everything.utf8), source: "all.xml")
    #expect(network.forward?.interfaces.map(\.text) == ["eth0", "wlan0"])
    #expect(network.forward?.ports == PortRange(1024, through: 2048))
    #expect(network.dns?.forwarders.last?.address == IPAddress("2001:db8::53"))
    #expect(network.blocks.map(\.network?.prefixLength) == [16, 64, 24])
    #expect(network.blocks[0].dhcp?.ranges.first?.lease?.seconds == 12 * 3600)
    #expect(network.routes[0].metric == 4)
    #expect(network.metadata.map(\.namespace) == ["urn:app", "urn:other"])
    #expect(network.metadata[0].bareXML.hasPrefix("<thing a=\"&quot;1'\">\n  <inner/>"))
    #expect(network.incoming?.forwards[0].guest == HostName("web").map { .name($0) })
    #expect(network.outgoing?.rules[2].destination == IPNetwork("192.0.2.0/24"))
    let web = try #require(HostName("WEB"))
    #expect(
      network.addresses(of: .name(web)) == [IPAddress("10.1.0.10"), IPAddress("2001:db8:1::10")])
    #expect(network.automaticBlocks == [AutomaticBlock(givesOutAddresses: true)])
  }

  static let bridge = "  <bridge stp='on' delay='0'/>\n"

  @Test(arguments: [
    // What goes without saying is said or left out as libvirt does.
    ("", bridge), ("<forward mode='none'/>", bridge), ("<dns/>", bridge), ("<bandwidth/>", bridge),
    ("<bridge/>", bridge), ("<!-- a comment --><?a pi?>", bridge),
    ("<bridge name='virbr%d'/>", "  <bridge name='virbr%d' stp='on' delay='0'/>\n"),
    (
      "<forward/><ip address='10.0.0.1'/>",
      "  <forward mode='nat'/>\n\(bridge)  <ip address='10.0.0.1'>\n  </ip>\n"
    ),
    (
      "<ip address='10.0.0.1' prefix='8'><dhcp/></ip>",
      "\(bridge)  <ip address='10.0.0.1' prefix='8'>\n  </ip>\n"
    ),
    (
      "<ip family='ipv6' address='::FFFF:10.0.0.1'/>",
      "\(bridge)  <ip family='ipv6' address='::ffff:10.0.0.1'>\n  </ip>\n"
    ),
    (
      "<ip address='10.0.0.1'><dhcp><host name='h' ip='10.0.0.2'><lease expiry='0x10'/></host></dhcp></ip>",
      """
      \(bridge)  <ip address='10.0.0.1'>
          <dhcp>
            <host name='h' ip='10.0.0.2'>
              <lease expiry='16' unit='minutes'/>
            </host>
          </dhcp>
        </ip>

      """
    ),
    // libvirt passes it over.
    (
      "<ip address='10.0.0.1'><dhcp><bootp file='f'/><option number='252' value='x'/></dhcp></ip>",
      """
      \(bridge)  <ip address='10.0.0.1'>
          <dhcp>
            <bootp file='f'/>
          </dhcp>
        </ip>

      """
    ),
    (
      "<ip address='10.0.0.1'/><route address='0.0.0.0' gateway='10.0.0.2'/>",
      """
      \(bridge)  <ip address='10.0.0.1'>
        </ip>
        <route address='0.0.0.0' gateway='10.0.0.2'/>

      """
    ),
    (
      "<forward mode='vepa' dev='e0'/><virtualport type='802.1Qbg'><parameters typeid='010' managerid='0xF' instanceid='09B11C538B5C4EEB8F00D84EAA0AAA4F'/></virtualport>",
      """
        <forward dev='e0' mode='vepa'>
          <interface dev='e0'/>
        </forward>
        <virtualport type='802.1Qbg'>
          <parameters managerid='15' typeid='8' instanceid='09b11c53-8b5c-4eeb-8f00-d84eaa0aaa4f'/>
        </virtualport>

      """
    ),
    (
      "<forward mode='hostdev'><driver name='vfio' model='m'/><pf dev='e0'/></forward>",
      """
        <forward mode='hostdev' managed='no'>
          <driver name='vfio' model='m'/>
          <pf dev='e0'/>
        </forward>

      """
    ),
    (
      "<forward mode='hostdev' managed='yes'><address type='pci' bus='17' slot='0x1' function='7'/></forward>",
      """
        <forward mode='hostdev' managed='yes'>
          <address type='pci' domain='0x0000' bus='0x11' slot='0x01' function='0x7'/>
        </forward>

      """
    ),
    (
      "<forward mode='bridge'/><bridge name='br0' macTableManager='kernel'/><port isolated='no'/>",
      """
        <forward mode='bridge'/>
        <bridge name='br0' macTableManager='kernel'/>
        <port isolated='no'/>

      """
    ),
    (
      "<forward mode='bridge'/><virtualport type='openvswitch'/><portgroup name='p' default='no'><virtualport/><vlan><tag id='5'/><tag id='6' nativeMode='untagged'/></vlan></portgroup><portgroup name='q' default='yes'><virtualport><parameters profileid='f'/></virtualport><vlan trunk='no'><tag id='7'/></vlan></portgroup>",
      """
        <forward mode='bridge'/>
        <virtualport type='openvswitch'/>
        <portgroup name='p'>
          <vlan trunk='yes'>
            <tag id='5'/>
            <tag id='6' nativeMode='untagged'/>
          </vlan>
        </portgroup>
        <portgroup name='q' default='yes'>
          <vlan>
            <tag id='7'/>
          </vlan>
          <virtualport>
            <parameters profileid='f'/>
          </virtualport>
        </portgroup>

      """
    ),
  ])
  func isWrittenAs(inner: String, outer: String) throws { try expect(inner, outer) }

  @Test func connectionsAreSaidOfARunningNetworkOnly() throws {
    let network = try Network(
      xml: Array("<network connections='3'><name>a</name></network>".utf8), source: "a")
    #expect(network.xml.hasPrefix("<network>\n"))
    #expect(network.xml(connections: 2).hasPrefix("<network connections='2'>\n"))
  }

  @Test func automaticBlockGetsItsAddress() throws {
    var network = try Network(
      xml: Array(
        """
        <network xmlns:t='urn:tapster:network:1'><name>a</name><forward/>
        <ip t:auto='yes'><dhcp/></ip><ip t:auto='yes'/></network>
        """.utf8), source: "a")
    let first = try #require(
      IPv4Address("192.168.50.0").flatMap {
        IPv4Network(containing: $0, prefixLength: 24)
      })
    network.settleAutomaticBlock(first)
    network.settleAutomaticBlock(
      try #require(
        IPv4Address("192.168.51.0").flatMap {
          IPv4Network(containing: $0, prefixLength: 24)
        }))
    #expect(
      network.xml.hasSuffix(
        """
          <ip address='192.168.50.1' prefix='24'>
            <dhcp>
              <range start='192.168.50.2' end='192.168.50.254'/>
            </dhcp>
          </ip>
          <ip address='192.168.51.1' prefix='24'>
          </ip>
        </network>

        """))
    #expect(!network.xml.contains("tapster"))
  }
}
