import NetworkModel
import Testing

struct NetworkXMLErrorTests {
  private func refusal(_ xml: String) -> String? {
    do throws(NetworkXMLError) {
      _ = try Network(xml: Array(xml.utf8), source: "lan.xml")
      return nil
    } catch { return error.description }
  }

  @Test func saysWhereAndWhatIsAllowed() {
    #expect(
      refusal("<network>\n<name>a</name>\n<bridge nam='x'/></network>")
        == "lan.xml:3: in <bridge>: attribute 'nam' is not known here; allowed: name, zone, stp, delay, macTableManager"
    )
    #expect(
      refusal("<network><name>a</name>\n<portgruop/></network>")?.hasPrefix(
        "lan.xml:2: in <network>: element <portgruop> is not known here; allowed: <name>, "
      ) == true)
    #expect(
      refusal("<network><name>a</name><ip address='10.0.0.1' netmask='255.0.255.0'/></network>")
        == "lan.xml:1: in <ip>: attribute netmask '255.0.255.0' is not a netmask, with all its ones in front"
    )
    #expect(
      refusal(
        """
        <network xmlns:t='urn:tapster:network:1'><name>a</name><forward/>
          <ip address='10.0.0.1' prefix='24'><dhcp><host name='web' ip='10.0.0.2'/></dhcp></ip>
          <t:incoming default='deny'>
            <t:allow proto='tcp' port='80' to='web'/>
            <t:allow proto='tcp' port='81' to='wbe'/>
          </t:incoming></network>
        """)
        == "lan.xml:5: in <tapster:allow>: to='wbe' has no fixed address: no <host> of <dhcp> has that name"
    )
  }

  @Test func whatTheFileSaysStaysInItsLine() throws {
    let said = try #require(
      refusal("<network><name>a</name><bridge zone='x &#x9b;31m&#10;error: y&#x2028;'/></network>"))
    #expect(said.contains(#"zone 'x \xc2\x9b31m\x0aerror: y\xe2\x80\xa8'"#), "\(said)")
  }

  @Test(arguments: [
    "<network/>", "<network><name/></network>", "<network><name>a/b</name></network>", "<x/>", "",
    "<network><name>a\n</name></network>", "<x:network xmlns:x='urn:x'><name>a</name></x:network>",
    "<network><name>a</name><name>b</name></network>", "<network><name>a<b/></name></network>",
    "<network>text<name>a</name></network>", "<network ipv6='maybe'><name>a</name></network>",
    "<network trustGuestRxFilters='1'><name>a</name></network>",
  ])
  func isRefused(xml: String) { #expect(refusal(xml) != nil) }

  /// What is wrong by itself, and a part of what is said of it.
  @Test(arguments: [
    ("<uuid>1234</uuid>", "uuid '1234' is not 32 hexadecimal digits"),
    ("<title>a\nb</title>", "a single line"),
    ("<bridge name='a\"b'/>", "attribute name"), ("<bridge name='br*'/>", "attribute name"),
    ("<bridge name='%dbr'/>", "attribute name"), ("<bridge name='averyveryverylong%d'/>", "name"),
    ("<bridge stp='maybe'/>", "is not on or off"), ("<bridge delay='31'/>", "from 0 to 30"),
    ("<bridge zone='a b'/>", "attribute zone"), ("<bridge macTableManager='me'/>", "libvirt"),
    ("<mtu size='67'/>", "from 68 to 65535"), ("<mtu/>", "attribute size is missing"),
    ("<mac address='01:00:00:00:00:00'/>", "of one station"),
    ("<domain name='a,b'/>", "attribute name"), ("<domain/>", "attribute name is missing"),
    ("<domain name='a' register='yes'/>", "register='yes' requires localOnly='yes'"),
    ("<forward mode='vape'/>", "one of nat, route, open, bridge"),
    ("<forward mode='none' dev='e0'/>", "mode 'none'"),
    ("<forward managed='yes'/>", "mode 'hostdev'"),
    ("<forward><nat><port start='5' end='4'/></nat></forward>", "5 or above"),
    ("<forward><nat><port start='0' end='4'/></nat></forward>", "from 1 to 65535"),
    ("<forward><nat><address start='1.1.1.2' end='1.1.1.1'/></nat></forward>", "or above"),
    ("<forward><nat><port start='5'/></nat></forward>", "attribute end is missing"),
    ("<forward mode='route'><nat/></forward>", "<nat> is for mode 'nat'"),
    ("<forward mode='hostdev'><driver name='xen'/></forward>", "one of kvm, vfio"),
    ("<forward mode='hostdev'><address type='usb'/></forward>", "is not pci"),
    ("<forward mode='hostdev'><address type='pci' function='1'/></forward>", "above 0"),
    ("<forward mode='hostdev'><address type='pci' slot='32'/></forward>", "from 0 to 31"),
    ("<dns><forwarder/></dns>", "addr or domain"), ("<dns><forwarder addr='x'/></dns>", "addr"),
    ("<dns><txt name='a'/></dns>", "attribute value is missing"),
    ("<dns><txt name='a b' value=''/></dns>", "attribute name"),
    ("<dns><txt name='a' value='x&#10;y'/></dns>", "without control characters"),
    ("<dns><srv service='a.b' protocol='tcp'/></dns>", "attribute service"),
    ("<dns><srv service='a'/></dns>", "attribute protocol is missing"),
    ("<dns><srv service='a' protocol='tcp' port='1'/></dns>", "attribute port without target"),
    ("<dns><srv service='a' protocol='tcp' target='b' port='65536'/></dns>", "1 to 65535"),
    ("<dns><host ip='10.0.0.1'/></dns>", "element <hostname> is missing"),
    ("<dns><host><hostname>a</hostname></host></dns>", "attribute ip is missing"),
    ("<dns><host ip='10.0.0.1'><hostname/></host></dns>", "hostname ''"),
    ("<bandwidth><inbound/></bandwidth>", "attribute average is missing"),
    ("<bandwidth><inbound average='0'/></bandwidth>", "attribute average"),
    ("<bandwidth><inbound average='1' floor='1'/></bandwidth>", "'floor' is not known"),
    ("<bandwidth classID='3'/>", "'classID' is not known"),
    ("<vlan/>", "element <tag> is missing"), ("<vlan><tag id='4096'/></vlan>", "0 to 4095"),
    ("<vlan trunk='no'><tag id='1'/><tag id='2'/></vlan>", "more than one tag"),
    ("<vlan trunk='no'><tag id='1' nativeMode='tagged'/></vlan>", "with a native VLAN"),
    (
      "<vlan><tag id='1' nativeMode='tagged'/><tag id='2' nativeMode='tagged'/></vlan>",
      "a second native VLAN"
    ),
    ("<port isolated='perhaps'/>", "is not yes or no"),
    ("<virtualport/>", "attribute type is missing"), ("<virtualport type='x'/>", "802.1Qbg"),
    (
      "<virtualport type='802.1Qbh'><parameters managerid='1'/></virtualport>",
      "'managerid' is not known here; allowed: profileid"
    ),
    (
      "<virtualport type='802.1Qbg'><parameters typeid='0x1000000'/></virtualport>",
      "from 0 to 16777215"
    ),
    ("<portgroup/>", "attribute name is missing"),
    ("<ip/>", "attribute address is missing"), ("<ip address='2001:db8::1'/>", "family='ipv6'"),
    ("<ip family='ipv5' address='1.2.3.4'/>", "ipv4 or ipv6"),
    ("<ip family='ipv6' address='2001:db8::1' netmask='255.0.0.0'/>", "not a netmask"),
    ("<ip address='10.0.0.1' prefix='33'/>", "from 1 to 32"),
    ("<ip address='10.0.0.1' prefix='8' netmask='255.0.0.0'/>", "netmask and prefix"),
    ("<ip address='10.0.0.01'/>", "attribute address"), ("<ip address='10.1'/>", "address"),
    ("<ip address='10.0.0.1'><tftp/></ip>", "attribute root is missing"),
    ("<ip family='ipv6' address='2001:db8::1'><tftp root='/a'/></ip>", "is for IPv4"),
    ("<ip family='ipv6' address='2001:db8::1'><dhcp><bootp file='a'/></dhcp></ip>", "for IPv4"),
    ("<route address='10.1.0.1' prefix='16' gateway='10.0.0.1'/>", "first address of a block"),
    ("<route address='10.1.0.0' gateway='10.0.0.1'/>", "first address of a block"),
    ("<route address='10.1.0.0' prefix='16'/>", "attribute gateway is missing"),
    ("<route address='10.1.0.0' prefix='16' gateway='10.0.0.1' metric='0'/>", "from 1"),
    (
      "<d:options xmlns:d='http://libvirt.org/schemas/network/dnsmasq/1.0'><d:option/></d:options>",
      "attribute value is missing"
    ),
    (
      "<d:options xmlns:d='http://libvirt.org/schemas/network/dnsmasq/1.0'><d:option value='a&#10;b'/></d:options>",
      "without control characters"
    ),
  ])
  func isRefusedInWords(inner: String, words: String) {
    let said = refusal("<network><name>a</name>\(inner)</network>")
    #expect(said?.contains(words) == true, "\(said ?? "not refused")")
  }

  /// The same of `<dhcp>` in 10.0.0.1/24.
  @Test(arguments: [
    ("<range start='10.0.1.1' end='10.0.1.2'/>", "not entirely within network 10.0.0.0/24"),
    ("<range start='10.0.0.9' end='10.0.0.2'/>", "range 10.0.0.9 - 10.0.0.2 is reversed"),
    ("<range start='10.0.0.0' end='10.0.0.2'/>", "is the network address"),
    ("<range start='10.0.0.2' end='10.0.0.255'/>", "is the broadcast address"),
    ("<range start='10.0.0.2'/>", "attribute end is missing"),
    ("<range start='10.0.0.2' end='2001:db8::1'/>", "an IPv4 address"),
    ("<host mac='52:54:00:00:00:01'/>", "attribute ip is missing"),
    ("<host ip='10.0.0.2'/>", "attribute mac or name is missing"),
    ("<host mac='x' ip='10.0.0.2'/>", "attribute mac"),
    ("<host name='-a' ip='10.0.0.2'/>", "a letter or digit first"),
    ("<host name='a,b' ip='10.0.0.2'/>", "attribute name"),
    ("<host name='a' ip='2001:db8::2'/>", "an IPv4 address"),
    ("<host name='a' ip='10.0.0.2'><lease expiry='1'/></host>", "two minutes or more"),
    ("<host name='a' ip='10.0.0.2'><lease unit='hours'/></host>", "expiry is missing"),
    ("<host name='a' ip='10.0.0.2'><lease expiry='5' unit='days'/></host>", "seconds, minutes"),
    ("<bootp/>", "attribute file is missing"), ("<bootp file='a,b'/>", "without ','"),
  ])
  func badDHCP(inner: String, words: String) {
    let said = refusal(
      "<network><name>a</name><ip address='10.0.0.1' prefix='24'><dhcp>\(inner)</dhcp></ip></network>"
    )
    #expect(said?.contains(words) == true, "\(said ?? "not refused")")
  }

  /// Things that are right by themselves and not together.
  @Test(arguments: [
    ("<forward/>", "nat forwarding requested, but no IP address provided"),
    ("<forward mode='open'/>", "open forwarding requested, but no IP address provided"),
    ("<forward mode='open' dev='e0'/><ip address='10.0.0.1'/>", "not allowed in mode 'open'"),
    ("<forward dev='a'><interface dev='b'/></forward>", "'a', the dev of <forward>"),
    ("<forward dev='a'><pf dev='b'/></forward>", "exclude one another"),
    ("<forward mode='hostdev'><interface dev='b'/></forward>", "not by an interface's name"),
    ("<forward><pf dev='b'/></forward><ip address='10.0.0.1'/>", "not for mode 'nat'"),
    ("<forward mode='vepa'/><bridge name='br0'/>", "'vepa' has no bridge"),
    ("<forward mode='bridge'/><bridge name='br0' stp='on'/>", "that come with the network"),
    ("<forward mode='bridge'/><bridge name='br%d'/>", "exists already"),
    ("<forward mode='bridge' dev='e0'/><bridge name='br0'/>", "and not both"),
    ("<forward mode='bridge'/><mtu size='1500'/>", "<mtu> is for networks"),
    ("<forward mode='bridge'/><mac address='52:54:00:00:00:01'/>", "<mac> is for networks"),
    ("<forward mode='bridge'/><ip address='10.0.0.1'/>", "<ip> is for mode nat"),
    ("<forward mode='private'/><domain name='a'/>", "<domain> is for mode nat"),
    ("<forward mode='vepa'/><dns><txt name='a' value='b'/></dns>", "<dns> is for mode nat"),
    ("<forward mode='vepa'/><bandwidth><inbound average='1'/></bandwidth>", "needs a bridge"),
    (
      "<forward mode='vepa'/><portgroup name='a'><bandwidth><inbound average='1'/></bandwidth></portgroup>",
      "needs a bridge"
    ),
    ("<vlan><tag id='1'/></vlan>", "nobody would tag their packets"),
    (
      "<forward mode='bridge'/><bridge name='br0'/><vlan><tag id='1'/></vlan>",
      "nobody would tag their packets"
    ),
    (
      "<portgroup name='a'><vlan><tag id='1'/></vlan></portgroup>", "nobody would tag their packets"
    ),
    ("<portgroup name='a'/><portgroup name='a'/>", "with the same name (a)"),
    (
      "<portgroup name='a' default='yes'/><portgroup name='b' default='yes'/>",
      "multiple default <portgroup> elements (a and b)"
    ),
    ("<ip address='10.0.0.1'/><ip address='10.0.0.1'/>", "10.0.0.1 is there twice"),
    (
      "<ip address='10.0.0.1'><dhcp><host name='a' ip='10.0.0.2'/></dhcp></ip><ip address='192.168.0.1'><dhcp><host name='a' ip='192.168.0.2'/></dhcp></ip>",
      "multiple IPv4 dhcp sections found"
    ),
    (
      "<ip family='ipv6' address='2001:db8::1'><dhcp><host mac='52:54:00:00:00:01' ip='2001:db8::2'/></dhcp></ip>",
      "and not by mac"
    ),
    (
      "<ip address='192.168.0.1'/><route address='10.0.0.0' prefix='8' gateway='192.168.1.1'/>",
      "unreachable static route gateway '192.168.1.1'"
    ),
  ])
  func contradictions(inner: String, words: String) {
    let said = refusal("<network><name>a</name>\(inner)</network>")
    #expect(said?.contains(words) == true, "\(said ?? "not refused")")
  }

  /// Policies, in a network of 10.0.0.1/24 with a DHCP host `web` and one of IPv6 too.
  @Test(arguments: [
    ("<t:incoming/>", "attribute default is missing"),
    ("<t:incoming default='maybe'/>", "one of allow, deny"),
    ("<t:incoming default='deny' x='1'/>", "'x' is not known"),
    ("<t:incoming default='deny'><t:deny/></t:incoming>", "<tapster:deny> is not known"),
    ("<t:incoming default='deny'><z:a xmlns:z='urn:z'/></t:incoming>", "<z:a> is not known"),
    ("<t:outgoing default='deny'><t:allow port='1'/></t:outgoing>", "port without proto"),
    ("<t:outgoing default='deny'><t:allow to='10.0.0.1/8'/></t:outgoing>", "attribute to"),
    ("<t:outgoing default='deny'><t:allow to='here'/></t:outgoing>", "attribute to"),
    ("<t:outgoing default='deny'><t:allow proto='icmp'/></t:outgoing>", "one of tcp, udp"),
  ])
  func badPolicies(inner: String, words: String) {
    let said = refusal(policy(inner))
    #expect(said?.contains(words) == true, "\(said ?? "not refused")")
  }

  @Test(arguments: [
    ("proto='tcp' port='80'", "attribute to is missing"),
    ("port='80' to='web'", "attribute proto is missing"),
    ("proto='tcp' to='web'", "attribute port is missing"),
    ("proto='tcp' port='0' to='web'", "a port from 1 to 65535, or FIRST-LAST"),
    ("proto='tcp' port='9-8' to='web'", "a port from 1 to 65535, or FIRST-LAST"),
    ("proto='tcp' port='1-2-3' to='web'", "a port from 1 to 65535, or FIRST-LAST"),
    ("proto='tcp' port='8000-8010' to='web' toport='65530'", "65525 or less"),
    ("proto='tcp' port='80' to='10.0.1.2'", "is in no <ip>"),
    ("proto='tcp' port='80' to='nobody'", "has no fixed address"),
    ("proto='tcp' port='80' to='52:54:00:00:00:02'", "has no fixed address"),
    ("proto='tcp' port='80' to='52:54'", "attribute to"),
    ("proto='tcp' port='80' to='a b'", "attribute to"),
    ("proto='tcp' port='80' address='x' to='web'", "attribute address"),
    ("proto='tcp' port='80' address='2001:db8::1' to='10.0.0.2'", "different versions of IP"),
    ("proto='tcp' port='80' address='2001:db8::1' to='four'", "has no IPv6 address"),
    ("proto='tcp' port='2222' to='web'", "forwarded twice"),
    ("proto='tcp' port='2000-3000' address='192.0.2.1' to='web'", "forwarded twice"),
  ])
  func badForwards(attributes: String, words: String) {
    let said = refusal(
      policy(
        "<t:incoming default='deny'><t:allow proto='tcp' port='2222' to='four'/><t:allow \(attributes)/></t:incoming>"
      ))
    #expect(said?.contains(words) == true, "\(said ?? "not refused")")
  }

  @Test(arguments: [
    "proto='udp' port='2222' to='web'", "proto='tcp' port='2223-2300' to='52:54:00:00:00:01'",
    "proto='tcp' port='2222' address='2001:db8::1' to='web'",
    "proto='tcp' port='2222' to='2001:db8:1::77'", "proto='tcp' port='80' to='10.0.0.77'",
  ])
  func goodForwards(attributes: String) {
    #expect(
      refusal(
        policy(
          "<t:incoming default='deny'><t:allow proto='tcp' port='2222' to='four'/><t:allow \(attributes)/></t:incoming>"
        )) == nil)
  }

  @Test func policiesNeedPacketsThatPassTheHost() {
    func said(_ forward: String) -> String? {
      refusal(
        "<network xmlns:t='urn:tapster:network:1'><name>a</name>\(forward)<t:outgoing default='deny'/></network>"
      )
    }
    #expect(said("<forward mode='open'/><ip address='10.0.0.1'/>") == nil)
    #expect(said("<forward mode='bridge'/>")?.contains("do not pass the host") == true)
  }

  private func policy(_ inner: String) -> String {
    """
    <network xmlns:t='urn:tapster:network:1'><name>a</name><forward/>
    <ip address='10.0.0.1' prefix='24'><dhcp>
      <host mac='52:54:00:00:00:01' name='web' ip='10.0.0.2'/>
      <host name='four' ip='10.0.0.4'/>
    </dhcp></ip>
    <ip family='ipv6' address='2001:db8:1::1' prefix='64'><dhcp>
      <host name='web' ip='2001:db8:1::2'/>
    </dhcp></ip>
    \(inner)</network>
    """
  }
}
