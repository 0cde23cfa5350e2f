import TestSupport

/// A machine with the networks of ``Definition`` up, two guests on each, and others around it.
///
///     outside    198.51.100.2, 2001:db8:ff01::2   behind uplink0, where the default route goes
///     elsewhere  203.0.113.2, 2001:db8:ff02::2    behind uplink1
///     lan        192.168.111.1, 2001:db8:11::1     on the bridge br-lan
///
/// All of them know the way back to guests.
struct MatrixSite {
  static let tftpRoot = "\(Testbed.scratch)/tftp"
  static let tftpContents = "what a guest boots from"

  let testbed: Testbed
  let provider: NetworkProvider

  /// `bridgeNetfilter`: whether what a bridge passes meets the firewall, as it does wherever the
  /// kernel's module br_netfilter is loaded (`net.bridge.bridge-nf-call-iptables`).
  init(_ provider: NetworkProvider, bridgeNetfilter: Bool) throws {
    self.provider = provider
    testbed = try Testbed()
    try testbed.write("\(Self.tftpRoot)/boot.bin", Self.tftpContents)
    let filters = ["ip", "ip6"].map {
      "net.bridge.bridge-nf-call-\($0)tables=\(bridgeNetfilter ? 1 : 0)"
    }
    try testbed.output(
      ["sysctl", "-qw"] + filters + [
        // Addresses of IPv6 are there at once; what is looked at is where packets go.
        "net.ipv6.conf.default.accept_dad=0",
        // Every refusal is told of, however many there are.
        "net.ipv4.icmp_ratemask=0", "net.ipv6.icmp.ratelimit=0",
        "net.ipv4.igmp_max_memberships=200",
      ])

    for (number, (name, network)) in [("outside", "198.51.100"), ("elsewhere", "203.0.113")]
      .enumerated()
    {
      let uplink = "uplink\(number)"
      let six = "2001:db8:ff0\(number + 1)::"
      try testbed.addHost(
        name, port: uplink, address: "\(network).2/24", portAddress: "\(network).1/24")
      try testbed.ip(["address add \(six)1/64 dev \(uplink) nodad"])
      try testbed.ip(
        [
          "address add \(six)2/64 dev eth0 nodad", "route add 192.168.0.0/16 via \(network).1",
          "route add 2001:db8::/32 via \(six)1",
          // For the range of addresses that natRange has.
          "route add 198.51.100.8/29 via \(network).1",
        ], on: name)
    }
    try testbed.write("/etc/resolv.conf", "nameserver 198.51.100.2\n")
    try testbed.ip([
      "route add default via 198.51.100.2", "route add default via 2001:db8:ff01::2",
      "link add br-lan type bridge", "link set br-lan up",
    ])
    try testbed.output(["sysctl", "-qw", "net.ipv6.conf.br-lan.disable_ipv6=1"])
    try testbed.addHost("lan", port: "to-lan", bridge: "br-lan", address: "192.168.111.1/24")
    try testbed.ip(["address add 2001:db8:11::1/64 dev eth0 nodad"], on: "lan")

    try provider.prepare(testbed)
    for definition in Definition.allCases {
      try provider.start(definition.name, xml: definition.xml, in: testbed)
      for number in 1...2 { try addGuest(number, of: definition) }
    }
  }

  static func guest(_ number: Int, of definition: Definition) -> String {
    "\(definition.name).\(number)"
  }

  private func addGuest(_ number: Int, of definition: Definition) throws {
    let name = Self.guest(number, of: definition)
    try testbed.addHost(
      name, port: "p\(definition.rawValue)-\(number)", bridge: definition.bridge,
      address: "\(definition.address(ofGuest: number))/24")
    // Its addresses are those that are given here, and are there at once.
    try testbed.output(
      ["sysctl", "-qw", "net.ipv6.conf.eth0.accept_ra=0", "net.ipv6.conf.eth0.accept_dad=0"],
      on: name)
    var commands = [
      "link set eth0 down", "link set eth0 address \(definition.mac(ofGuest: number))",
      "link set eth0 up",
      "address add \(definition.addressIPv6(ofGuest: number))/64 dev eth0 nodad",
    ]
    if definition.hasIPv4 || definition == .bridged {
      commands.append("route add default via \(definition.gateway(ofGuest: number))")
    }
    if definition.hasIPv6 || definition == .bridged {
      commands.append("route add default via \(definition.gatewayIPv6)")
    }
    try testbed.ip(commands, on: name)
  }
}
