import TestSupport
import Testing

/// What a network's dnsmasq does for guests: DHCP, DNS, TFTP, DHCPv6 and router advertisements, as
/// clients of other people see it.
// One after the other: a user has 128 inotify instances (`man 7 inotify`), and each dnsmasq one.
@Suite(.serialized, .enabled(if: Privilege.isRoot, "namespaces need root"))
struct ServiceTests {
  @Test(arguments: NetworkProvider.installed)
  func guestsAreServed(provider: NetworkProvider) throws {
    let site = try MatrixSite(provider, bridgeNetfilter: true)
    let testbed = site.testbed
    try testbed.output(
      [
        "dnsmasq", "--conf-file=/dev/null", "--pid-file=/run/testbed/outside.pid", "--user=root",
        "--no-resolv", "--no-hosts", "--bind-interfaces", "--listen-address=198.51.100.2",
        "--address=/www.example.test/198.51.100.80",
      ], on: "outside")
    for (name, script) in [
      ("guest", Self.guestScript), ("lease", Self.leaseScript), ("lease6", Self.lease6Script),
    ] {
      try testbed.write("\(Testbed.scratch)/\(name)", script, mode: 0o755)
    }
    // All at once: most of the time a client waits.
    let served = Definition.allCases.filter(\.hasIPv4)
    let calls = served.map { definition in
      let words = [
        definition.gateway(ofGuest: 1), definition.domain,
        definition.hasIPv6 ? definition.gatewayIPv6 : "-",
        definition.advertisement?.isManaged == true ? "yes" : "no",
      ]
      let guest = MatrixSite.guest(1, of: definition)
      return "nsenter --net=/run/netns/\(guest) ./guest \(guest) \(words.joined(separator: " "))"
        + " >\(guest).said 2>&1 &\n"
    }
    try testbed.output(
      ["sh", "-c", "cd \(Testbed.scratch)\n" + calls.joined() + "wait"], timeout: .seconds(60))

    for definition in served {
      let guest = MatrixSite.guest(1, of: definition)
      let said = try testbed.read("\(Testbed.scratch)/\(guest).said")
      #expect(said == definition.service, "\(guest)")
      guard let expected = definition.advertisement else { continue }
      #expect(try Advertisement.solicit(from: guest, in: testbed) == expected, "\(guest)")
    }

    // A block behind a guest.
    try testbed.ip(["address add 10.99.0.1/32 dev lo"], on: MatrixSite.guest(2, of: .routeIPv6))
    #expect(try testbed.run(["busybox", "ping", "-c1", "-W5", "10.99.0.1"]).succeeded)
  }

  /// Says what one guest gets: `NAME GATEWAY DOMAIN GATEWAY6|- yes|no`.
  private static let guestScript = #"""
    #!/bin/sh
    guest=$1 gateway=$2 domain=$3 six=$4 managed=$5
    busybox udhcpc -n -q -f -i eth0 -t 10 -T 1 -O mtu -s ./lease 2>/dev/null
    # ask NAME SERVER
    ask() {
      answer=$(busybox nslookup -type=a "$1" "$2" | sed -n '4,$ s/^Address: //p')
      echo "$1 from $2: ${answer:-nothing}"
    }
    ask "stone.$domain" "$gateway"
    ask "one.$domain" "$gateway"
    ask "nobody.$domain" "$gateway"
    ask www.example.test "$gateway"
    echo "tftp: $(busybox tftp -g -r boot.bin -l - "$gateway")"
    [ "$six" != - ] || exit 0
    ask "stone.$domain" "$six"
    [ "$managed" = yes ] || exit 0
    # It stays, as on any guest, and goes with the testbed.
    dhclient -6 -1 -D LL -lf "$PWD/$guest.leases6" -pf "$PWD/$guest.pid6" -sf "$PWD/lease6" eth0

    """#

  private static let leaseScript = #"""
    #!/bin/sh
    [ "$1" = bound ] || exit 0
    echo "lease $ip/$mask from $serverid, router ${router:-none}, dns $dns, domain $domain," \
      "mtu ${mtu:-any}, boot $boot_file from $siaddr"

    """#

  private static let lease6Script = #"""
    #!/bin/sh
    [ "$reason" = BOUND6 ] || exit 0
    echo "lease $new_ip6_address, dns $new_dhcp6_name_servers"

    """#
}

extension Definition {
  /// What ``ServiceTests`` is to hear from its first guest.
  fileprivate var service: String {
    let gateway = gateway(ofGuest: 1)
    let own = address(ofGuest: 1)
    let stone = "192.168.\(100 + rawValue).77"
    let isIsolated = self == .isolated || self == .isolatedIPv6
    var lines = [
      "lease \(own)/24 from \(gateway), router \(isIsolated ? "none" : gateway), dns \(gateway), "
        + "domain \(domain), mtu \(mtu.map { "\($0)" } ?? "any"), boot boot.bin from \(gateway)",
      "stone.\(domain) from \(gateway): \(stone)", "one.\(domain) from \(gateway): \(own)",
      "nobody.\(domain) from \(gateway): nothing",
      "www.example.test from \(gateway): \(isIsolated ? "nothing" : "198.51.100.80")",
      "tftp: \(MatrixSite.tftpContents)",
    ]
    if hasIPv6 { lines.append("stone.\(domain) from \(gatewayIPv6): \(stone)") }
    if advertisement?.isManaged == true {
      lines.append("lease 2001:db8:\(rawValue)::55, dns \(gatewayIPv6)")
    }
    return lines.map { $0 + "\n" }.joined()
  }

  /// What its router says; nil where there is none.
  fileprivate var advertisement: Advertisement? {
    guard hasIPv6 else { return nil }
    let isManaged = self != .natIPv6
    return Advertisement(
      isManaged: isManaged, isDefaultRouter: self != .isolatedIPv6,
      prefixes: [.init(text: "2001:db8:\(rawValue):0::/64", isAutonomous: !isManaged)],
      namesServer: true)
  }
}
