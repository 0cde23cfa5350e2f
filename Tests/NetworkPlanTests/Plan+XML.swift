import LinuxTypes
import NetworkModel
import NetworkPlan
import Testing

extension Plan {
  /// The plan of a definition, completed if it leaves something open.
  init(xml: String) throws {
    let network = try Network(xml: Array(xml.utf8), source: "test").completed(
      uuid: UUID(derivedFrom: "x".utf8), mac: #require(MACAddress("52:54:00:00:00:01")),
      bridge: #require(BridgeName("virbr9")))
    try self.init(
      network,
      files: DnsmasqFiles(
        hosts: FilePath("/h"), names: FilePath("/n"), process: nil, leases: nil, user: nil))
  }

  /// The plan of a network on bridge `virbr<n>` with blocks 192.168.<122+n>.0/24 and
  /// 2001:db8:<122+n>::/64.
  init(number n: Int = 0, forward: String = "<forward mode='nat'/>", policy: String = "") throws {
    try self.init(
      xml: """
        <network xmlns:tapster='urn:tapster:network:1'><name>n\(n)</name>\(forward)
        <bridge name='virbr\(n)'/><mac address='52:54:00:00:00:1\(n)'/>
        <ip address='192.168.\(122 + n).1' prefix='24'><dhcp>
          <host mac='52:54:00:00:0a:0a' name='a' ip='192.168.\(122 + n).2'/>
          <host mac='52:54:00:00:0b:0b' name='b' ip='192.168.\(122 + n).3'/>
        </dhcp></ip>
        <ip family='ipv6' address='2001:db8:\(122 + n)::1' prefix='64'><dhcp>
          <host name='a' ip='2001:db8:\(122 + n)::2'/>
        </dhcp></ip>
        \(policy)</network>
        """)
  }
}

extension RoutingHost {
  /// A guest with the addresses that end in `number` of the blocks of network `n`.
  func addGuest(_ name: String, network n: Int = 0, number: Int) throws {
    try addGuest(
      name, on: "virbr\(n)",
      ["192.168.\(122 + n).\(number)/24", "2001:db8:\(122 + n)::\(number)/64"],
      routers: ["192.168.\(122 + n).1", "2001:db8:\(122 + n)::1"])
  }
}
