import TestSupport

/// A machine with networks that have a policy, guests on them, and a host outside.
///
///     web     nat, IPv6 too   br-web    192.168.150.0/24, 2001:db8:150::/64   guests www, peer
///     routed  route           br-routed 192.168.151.0/24                      guest far
///     pit     isolated        br-pit    192.168.152.0/24                      guest deep
///     lab     nat, no policy  br-lab    192.168.153.0/24                      guest other
///
/// The host is .1 everywhere and, to outside (.2), 198.51.100.1 and 203.0.113.1 at its uplink.
struct PolicySite {
  let testbed: Testbed
  static let uplink = "198.51.100.1"
  static let uplinkIPv6 = "2001:db8:ff01::1"
  static let secondAddress = "203.0.113.1"
  static let outside = "198.51.100.2"
  static let www = "192.168.150.11"
  static let wwwIPv6 = "2001:db8:150::11"
  static let far = "192.168.151.11"
  static let deep = "192.168.152.11"

  /// `bridgeNetfilter`: whether what a bridge passes meets the firewall
  /// (`net.bridge.bridge-nf-call-iptables`).
  init(bridgeNetfilter: Bool = true) throws {
    testbed = try Testbed()
    try testbed.output(
      ["sysctl", "-qw", "net.ipv6.conf.default.accept_dad=0"]
        + ["ip", "ip6"].map {
          "net.bridge.bridge-nf-call-\($0)tables=\(bridgeNetfilter ? 1 : 0)"
        })
    try testbed.addHost(
      "outside", port: "uplink0", address: "\(Self.outside)/24",
      portAddress: "\(Self.uplink)/24")
    try testbed.ip([
      "address add \(Self.secondAddress)/32 dev uplink0",
      "address add \(Self.uplinkIPv6)/64 dev uplink0 nodad",
      "route add default via \(Self.outside)", "route add default via 2001:db8:ff01::2",
    ])
    try testbed.ip(
      [
        // Who can be told apart by the address that a guest talks to.
        "address add 192.0.2.80/32 dev lo", "address add 192.0.2.81/32 dev lo",
        "address add 2001:db8:ff01::2/64 dev eth0 nodad",
        "route add default via \(Self.uplink)", "route add default via \(Self.uplinkIPv6)",
      ], on: "outside")
    try testbed.output(["mkdir", "-p", "/etc/tapster/networks"])
    for (name, xml) in [
      ("web", Self.web), ("routed", Self.routed), ("pit", Self.pit), ("lab", Self.lab),
    ] {
      try NetworkProvider.tapster.start(name, xml: xml, in: testbed)
    }
    try addGuest("www", on: "web", 150, 11)
    try addGuest("peer", on: "web", 150, 12)
    try addGuest("far", on: "routed", 151, 11)
    try addGuest("deep", on: "pit", 152, 11)
    try addGuest("other", on: "lab", 153, 11)
  }

  func tapster(_ arguments: String...) throws -> Completed {
    try testbed.run([Testbed.tapster] + arguments)
  }

  func listen(
    _ host: String?, _ address: String, _ port: UInt16, isTCP: Bool = true
  ) throws -> Listener {
    try Listener(testbed, on: host, address, port, isTCP: isTCP)
  }

  private func addGuest(
    _ name: String, on network: String, _ block: Int, _ number: Int
  ) throws {
    try testbed.addHost(
      name, port: "to-\(name)", bridge: "br-\(network)",
      address: "192.168.\(block).\(number)/24")
    try testbed.output(["sysctl", "-qw", "net.ipv6.conf.eth0.accept_ra=0"], on: name)
    var commands = ["link set eth0 address 52:54:00:00:\(block - 100):\(number)"]
    if network != "pit" { commands.append("route add default via 192.168.\(block).1") }
    if network == "web" {
      commands.append("address add 2001:db8:150::\(number)/64 dev eth0 nodad")
      commands.append("route add default via 2001:db8:150::1")
    }
    try testbed.ip(commands, on: name)
  }

  private static func network(
    _ name: String, forward: String, block: Int, more: String = "", policy: String = ""
  ) -> String {
    """
    <network xmlns:tapster='urn:tapster:network:1'>
      <name>\(name)</name>
      \(forward)
      <bridge name='br-\(name)' stp='off' delay='0'/>
      <dns><host ip='192.168.\(block).77'><hostname>stone.example</hostname></host></dns>
      <ip address='192.168.\(block).1' prefix='24'>
        <dhcp>
          <host mac='52:54:00:00:\(block - 100):11' name='one-\(name)' ip='192.168.\(block).11'/>
        </dhcp>
      </ip>
      \(more)
      \(policy)
    </network>

    """
  }

  private static let web = network(
    "web", forward: "<forward mode='nat'><nat ipv6='yes'/></forward>", block: 150,
    more: "<ip family='ipv6' address='2001:db8:150::1' prefix='64'/>",
    policy: """
      <tapster:incoming default='deny'>
        <tapster:allow proto='tcp' port='8080' to='one-web' toport='80'/>
        <tapster:allow proto='udp' port='8080' to='\(www)' toport='80'/>
        <tapster:allow proto='tcp' port='9000-9009' to='52:54:00:00:50:11' toport='7000'/>
        <tapster:allow proto='udp' port='9100-9101' to='\(www)'/>
        <tapster:allow proto='tcp' port='2222' address='\(secondAddress)' to='\(www)' toport='22'/>
        <tapster:allow proto='tcp' port='8086' to='\(wwwIPv6)' toport='80'/>
      </tapster:incoming>
      <tapster:outgoing default='allow'>
        <tapster:allow proto='tcp' port='25' to='192.0.2.80'/>
        <tapster:deny proto='tcp' port='25'/>
        <tapster:deny proto='udp' port='1-1023'/>
        <tapster:deny to='192.0.2.81'/>
      </tapster:outgoing>
      """)

  private static let routed = network(
    "routed", forward: "<forward mode='route'/>", block: 151,
    policy: """
      <tapster:incoming default='deny'>
        <tapster:allow proto='tcp' port='8151' to='\(far)' toport='80'/>
      </tapster:incoming>
      <tapster:outgoing default='deny'>
        <tapster:allow proto='tcp' port='443'/>
        <tapster:allow proto='tcp' port='8000-8010' to='192.0.2.80/31'/>
        <tapster:allow proto='udp' to='\(outside)'/>
      </tapster:outgoing>
      """)

  private static let pit = network(
    "pit", forward: "", block: 152,
    policy: """
      <tapster:incoming default='deny'>
        <tapster:allow proto='tcp' port='8152' to='\(deep)' toport='80'/>
      </tapster:incoming>
      """)

  private static let lab = network("lab", forward: "<forward mode='nat'/>", block: 153)
}
