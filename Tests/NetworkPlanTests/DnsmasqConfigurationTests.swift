import Foundation
import LinuxTypes
import NetworkModel
import NetworkPlan
import TestSupport
import Testing

/// dnsmasq itself on what is written for it.
struct DnsmasqConfigurationTests {
  private static let definitions: [(String, String)] = [
    ("plain", "<forward/><ip address='10.1.0.1' prefix='24'><dhcp/></ip>"),
    (
      "all of it",
      """
      <forward/><mtu size='1400'/><domain name='x.test' localOnly='yes'/>
      <dns forwardPlainNames='no'>
        <forwarder addr='8.8.8.8'/><forwarder domain='y.test' addr='2001:db8::53'/>
        <forwarder domain='z.test'/><txt name='t' value='some text, and more'/>
        <srv service='ldap' protocol='tcp' domain='x.test' target='l.x.test' port='389'
          weight='5'/>
        <host ip='10.1.0.9'><hostname>n</hostname><hostname>m</hostname></host>
      </dns>
      <ip address='10.1.0.1' prefix='24' localPtr='yes'>
        <tftp root='/srv/tftp root'/>
        <dhcp><range start='10.1.0.5' end='10.1.0.9'><lease expiry='2' unit='hours'/></range>
        <host mac='52:54:00:00:00:01' name='one' ip='10.1.0.2'><lease expiry='0'/></host>
        <bootp file='pxelinux.0' server='10.1.0.4'/></dhcp></ip>
      <ip address='10.2.0.1' prefix='24'/>
      <ip family='ipv6' address='2001:db8::1' prefix='64' localPtr='yes'>
        <dhcp><range start='2001:db8::10' end='2001:db8::ff'/>
        <host id='0:4:7e:7d' name='six' ip='2001:db8::20'/>
        <host name='seven' ip='2001:db8::21'/></dhcp></ip>
      """
    ),
    (
      "hosts only",
      """
      <ip address='10.1.0.1' prefix='24'>
        <dhcp><host mac='52:54:00:00:00:01' ip='10.1.0.2'/></dhcp></ip>
      <ip family='ipv6' address='2001:db8::1' prefix='64'>
        <dhcp><host name='x' ip='2001:db8::2'/></dhcp></ip>
      """
    ),
    ("advertised", "<forward/><ip family='ipv6' address='2001:db8::1' prefix='64'/>"),
    ("no names", "<dns enable='no'/><ip address='10.1.0.1' prefix='24'><tftp root='/srv'/></ip>"),
    // Names of files are made of it.
    ("a \"name\", with #quotes# and \\ more", "<ip address='10.1.0.1' prefix='24'/>"),
  ]

  @Test(arguments: definitions)
  func isUnderstood(name: String, content: String) throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "tapster-\(UUID().uuidString)"
    ).path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let network = try Network(
      xml: Array("<network><name>n</name><bridge name='br7'/>\(content)</network>".utf8),
      source: name)
    let base = "\(folder)/\(name)"
    func path(_ end: String) throws -> FilePath {
      try #require(FilePath(Array("\(base).\(end)".utf8)))
    }
    let plan = try DnsmasqPlan(
      network, bridge: try #require(network.bridgeName),
      files: DnsmasqFiles(
        hosts: path("hosts"), names: path("names"), process: path("pid"), leases: path("leases"),
        user: "root"))
    for (end, text) in [
      ("hosts", plan.hosts), ("names", plan.names), ("conf", plan.configuration),
    ] {
      try text.write(toFile: "\(base).\(end)", atomically: false, encoding: .utf8)
    }
    let test = try Command(["dnsmasq", "--test", "--conf-file=\(base).conf"]).run()
    #expect(test.succeeded, "\(test)\n\(plan.configuration)")
  }

  @Test func saysWhatLibvirtSays() throws {
    let network = try Network(
      xml: Array("<network><name>n</name>\(Self.definitions[1].1)</network>".utf8), source: "n")
    let plan = try DnsmasqPlan(
      network, bridge: try #require(BridgeName("br7")),
      files: DnsmasqFiles(
        hosts: FilePath("/h"), names: FilePath("/n"), process: nil, leases: nil, user: nil))
    let lines = plan.configuration.split(separator: "\n").dropFirst().map(String.init)
    #expect(
      lines == [
        "strict-order", "server=8.8.8.8", "server=/y.test/2001:db8::53", "server=/z.test/#",
        "no-resolv", "local=/x.test/", "domain=x.test", "expand-hosts",
        "local=/0.1.10.in-addr.arpa/",
        "local=/0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa/", "domain-needed", "local=//",
        "except-interface=lo", "bind-dynamic", "interface=br7",
        "txt-record=t,some text, and more", "srv-host=_ldap._tcp.x.test,l.x.test,389,0,5",
        "dhcp-range=10.1.0.5,10.1.0.9,255.255.255.0,2h", "dhcp-no-override",
        "dhcp-authoritative", "enable-tftp", "tftp-root=/srv/tftp root",
        "dhcp-boot=pxelinux.0,,10.1.0.4", "dhcp-range=2001:db8::10,2001:db8::ff,64",
        "dhcp-lease-max=245", "dhcp-hostsfile=/h", "addn-hosts=/n",
        "dhcp-option=option:mtu,1400", "enable-ra",
      ])
    #expect(
      plan.hosts == """
        52:54:00:00:00:01,10.1.0.2,one,infinite
        id:0:4:7e:7d,six,[2001:db8::20]
        seven,[2001:db8::21]

        """)
    #expect(plan.names == "10.1.0.9\tn\tm\t\n")
  }

  @Test func isThereWhereItHasSomethingToDo() throws {
    func isNeeded(_ content: String) throws -> Bool {
      DnsmasqPlan.isNeeded(
        try Network(
          xml: Array("<network><name>n</name>\(content)</network>".utf8), source: "test"))
    }
    let off = "<dns enable='no'/>"
    #expect(try !isNeeded(""))
    #expect(try isNeeded("<ip address='10.1.0.1' prefix='24'/>"))
    #expect(try !isNeeded("\(off)<ip address='10.1.0.1' prefix='24'/>"))
    #expect(try isNeeded("\(off)<ip address='10.1.0.1' prefix='24'><tftp root='/x'/></ip>"))
  }
}
