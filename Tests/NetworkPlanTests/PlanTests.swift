import LinuxTypes
import NetworkModel
import NetworkPlan
import Testing

/// What a definition becomes, or why it does not.
struct PlanTests {
  @Test func aRoutedNetworkHasItsBridgeAddressesAndRoutes() throws {
    let plan = try Plan(
      xml: """
        <network><name>a</name><forward mode='route'/><mtu size='9000'/>
        <bridge name='br7' stp='off' delay='3'/><port isolated='yes'/>
        <bandwidth><inbound average='1000'/></bandwidth>
        <ip address='10.1.0.1' prefix='16'/><ip family='ipv6' address='2001:db8::1' prefix='64'/>
        <route address='10.9.0.0' prefix='16' gateway='10.1.0.9' metric='7'/></network>
        """)
    let bridge = try #require(plan.bridge)
    #expect(!bridge.stp && bridge.delay == 300 && bridge.mtu == 9000 && bridge.isolatesPorts)
    #expect(
      bridge.addresses.map { "\($0.address) \($0.network)" } == [
        "10.1.0.1 10.1.0.0/16", "2001:db8::1 2001:db8::/64",
      ])
    #expect(bridge.enablesIPv6 && bridge.bandwidth?.inbound?.average == 1000)
    #expect(
      bridge.routes.map { "\($0.destination) \($0.gateway) \($0.metric ?? 0)" } == [
        "10.9.0.0/16 10.1.0.9 7"
      ])
    #expect(plan.forwardsIPv4 && plan.forwardsIPv6 && plan.requiredBridge == nil)
    #expect(plan.remarks.isEmpty)
    #expect(plan.subnets.map(\.description) == ["10.1.0.0/16", "2001:db8::/64"])
  }

  @Test func aNetworkOnABridgeOfTheHostsAsksForItAndNothingElse() throws {
    let plan = try Plan(
      xml: "<network><name>a</name><forward mode='bridge'/><bridge name='br0'/></network>")
    #expect(plan.requiredBridge?.text == "br0")
    #expect(plan.bridge == nil && plan.firewall == nil && plan.dnsmasq == nil)
    #expect(!plan.forwardsIPv4 && !plan.forwardsIPv6 && plan.subnets.isEmpty)
  }

  @Test func anIsolatedNetworkForwardsOnlyToItsPorts() throws {
    let block = "<ip address='10.1.0.1' prefix='16'/>"
    #expect(
      try !Plan(xml: "<network><name>a</name>\(block)</network>").forwardsIPv4)
    let policy = """
      <tapster:incoming default='deny'><tapster:allow proto='tcp' port='1' to='10.1.0.2'/>
      </tapster:incoming>
      """
    let plan = try Plan(
      xml:
        "<network xmlns:tapster='urn:tapster:network:1'><name>a</name>\(block)\(policy)</network>")
    #expect(plan.forwardsIPv4 && !plan.forwardsIPv6)
  }

  @Test func aDomainThatIsToBeRegisteredNamesItsServers() throws {
    let plan = try Plan(
      xml: """
        <network><name>a</name><forward/><domain name='x.test' localOnly='yes' register='yes'/>
        <ip address='10.1.0.1' prefix='16'/></network>
        """)
    #expect(plan.registration?.domain.text == "x.test")
    #expect(plan.registration?.servers.map(\.description) == ["10.1.0.1"])
    #expect(
      plan.remarks.map(\.advice) == [
        "resolvectl dns virbr9 10.1.0.1 && resolvectl domain virbr9 '~x.test'"
      ])
  }

  /// What is refused, and a word of the reason.
  @Test(arguments: [
    ("<forward mode='private'><interface dev='eth0'/></forward>", "macvtap"),
    ("<forward mode='vepa'><interface dev='eth0'/></forward>", "macvtap"),
    ("<forward mode='passthrough'><interface dev='eth0'/></forward>", "macvtap"),
    ("<forward mode='bridge'><interface dev='eth0'/></forward>", "macvtap"),
    ("<forward mode='hostdev' managed='yes'><pf dev='eth0'/></forward>", "PCI"),
    ("<forward mode='bridge'/><bridge name='b'/><virtualport type='openvswitch'/>", "virtualport"),
    ("<bridge name='b' zone='public'/>", "firewall-cmd"),
    ("<bridge name='b' macTableManager='libvirt'/>", "macTableManager"),
    ("<ip address='10.1.0.1' prefix='23' localPtr='yes'/>", "prefix 23"),
    ("<ip tapster:auto='yes'/>", "auto"),
    (
      "<ip address='10.1.0.1' prefix='24'/><tapster:outgoing default='allow'/>",
      "isolated"
    ),
    ("<ip address='10.1.0.1' prefix='24'/><tapster:incoming default='allow'/>", "isolated"),
    (forward("to='10.1.0.1'"), "host's own"),
    (forward("to='10.1.0.2' toport='65534'"), "65533"),
    (forward("to='10.1.0.2' address='2001:db8::5'"), "versions"),
    (forward("to='10.1.0.2' address='127.0.0.1'"), "only the host"),
    (
      forward("to='10.1.0.2'/><tapster:allow proto='tcp' port='82' to='10.1.0.3'"), "twice"
    ),
  ])
  func whatCannotBeIsRefusedInWords(content: String, word: String) throws {
    do {
      _ = try Plan(
        xml: "<network xmlns:tapster='urn:tapster:network:1'><name>a</name>\(content)</network>")
      Issue.record("planned")
    } catch let error as Plan.Refusal {
      #expect("\(error)".contains(word), "\(error)")
    } catch let error as NetworkXMLError {
      // Some of it is found earlier.
      #expect("\(error)".contains(word), "\(error)")
    }
  }

  private static func forward(_ attributes: String) -> String {
    """
    <forward mode='nat'/><ip address='10.1.0.1' prefix='24'/>
    <tapster:incoming default='deny'><tapster:allow proto='tcp' port='80-82' \(attributes)/>
    </tapster:incoming>
    """
  }

  @Test func valuesCannotBeginANewLine() throws {
    var network = Network(name: try #require(NetworkName("a")))
    network.blocks = [
      AddressBlock(address: try #require(IPAddress("10.1.0.1")), size: .prefix(24))
    ]
    let files = DnsmasqFiles(
      hosts: FilePath("/h"), names: FilePath("/n"), process: nil, leases: nil, user: nil)
    let bridge = try #require(BridgeName("br7"))
    func isRefused(_ edit: (inout Network) -> Void) -> Bool {
      var changed = network
      edit(&changed)
      do throws(Plan.Refusal) {
        _ = try DnsmasqPlan(changed, bridge: bridge, files: files)
        return false
      } catch { return true }
    }
    #expect(!isRefused { _ in })
    #expect(isRefused { $0.dnsmasqOptions = ["a=b\nuser=root"] })
    #expect(isRefused { $0.blocks[0].tftpRoot = "/a\ndhcp-script=/bin/sh" })
    let name = try #require(HostName("x"))
    #expect(
      isRefused {
        $0.dns = DNS()
        $0.dns?.texts = [DNS.Text(name: name, value: "a\nb")]
      })
    #expect(
      isRefused {
        $0.dns = DNS()
        $0.dns?.services = [DNS.Service(service: "s\n", transport: "tcp")]
      })
    let address = try #require(IPAddress("10.1.0.5"))
    #expect(
      isRefused {
        $0.blocks[0].dhcp = DHCP()
        $0.blocks[0].dhcp?.hosts = [DHCP.Host(mac: nil, name: name, address: address)]
        $0.blocks[0].dhcp?.boot = DHCP.Boot(file: "a\n", server: nil)
      })
  }

  @Test func changesAreNoMoreThanTheyHaveToBe() throws {
    func plan(_ content: String, hosts: String = "", dns: String = "") throws -> Plan {
      try Plan(
        xml: """
          <network><name>a</name>\(content)<mac address='52:54:00:00:00:09'/><dns>\(dns)</dns>
          <ip address='10.1.0.1' prefix='24'><dhcp>
          <host mac='52:54:00:00:00:01' ip='10.1.0.2'/>\(hosts)</dhcp></ip></network>
          """)
    }
    let nat = "<forward mode='nat'/><bridge name='b'/>"
    let plain = try plan(nat)
    #expect(PlanChange(from: plain, to: plain).isEmpty)

    let reload = PlanChange(
      from: plain, to: try plan(nat, hosts: "<host mac='52:54:00:00:00:02' ip='10.1.0.3'/>"))
    #expect(reload.dnsmasq == .reload && reload.firewall == nil && !reload.bridge)
    let named = "<host ip='10.1.0.9'><hostname>n</hostname></host>"
    #expect(PlanChange(from: plain, to: try plan(nat, dns: named)).dnsmasq == .reload)
    let text = "<txt name='n' value='v'/>"
    #expect(PlanChange(from: plain, to: try plan(nat, dns: text)).dnsmasq == .restart)

    let route = PlanChange(from: plain, to: try plan("<forward mode='route'/><bridge name='b'/>"))
    #expect(route.firewall != nil && route.dnsmasq == .nothing && !route.forwarding)
    let open = PlanChange(from: plain, to: try plan("<forward mode='open'/><bridge name='b'/>"))
    #expect(open.firewall == plain.firewall?.removal)
    let isolated = PlanChange(from: plain, to: try plan("<bridge name='b'/>"))
    #expect(isolated.dnsmasq == .restart && isolated.forwarding)
    let slow = PlanChange(from: plain, to: try plan("<forward/><bridge name='b' delay='2'/>"))
    #expect(slow.bridge && slow.firewall == nil && slow.obstacle == nil)
    let other = PlanChange(from: plain, to: try plan("<forward/><bridge name='c'/>"))
    #expect(other.obstacle == .bridge)
  }
}
