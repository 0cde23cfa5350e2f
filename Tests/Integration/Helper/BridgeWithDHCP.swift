import TestSupport

/// A bridge `br0` in a testbed, made by hand: 192.0.2.1/24, leases from .10 to .20 of that subnet.
struct BridgeWithDHCP {
  let testbed: Testbed

  /// `acl` becomes `/etc/tapster/acl.conf`.
  init(acl: String) throws {
    testbed = try Testbed()
    try testbed.write("/etc/tapster/acl.conf", acl)
    try testbed.output(["ip", "link", "add", "br0", "type", "bridge"])
    try testbed.output(["ip", "address", "add", "192.0.2.1/24", "dev", "br0"])
    try testbed.output(["ip", "link", "set", "br0", "up"])
    // It returns when its sockets are bound, and is killed with the testbed.
    try testbed.output([
      "dnsmasq", "--conf-file=/dev/null", "--pid-file=/run/dnsmasq.pid", "--user=root",
      "--interface=br0", "--bind-interfaces", "--no-resolv", "--no-hosts", "--no-ping",
      "--dhcp-range=192.0.2.10,192.0.2.20,1h", "--dhcp-leasefile=/run/dnsmasq.leases",
      "--dhcp-authoritative", "--address=/www.example.test/192.0.2.80",
    ])
  }

  /// The names of the bridge's ports.
  func ports() throws -> [String] {
    try testbed.json(["ip", "-j", "link", "show", "master", "br0"]).array
      .compactMap { $0["ifname"].string }
  }

  /// Boots a guest on it, as the user `build`, through the helper under test.
  func boot(
    helper: String = Testbed.helper, address: String = "52:54:00:00:00:01"
  ) throws -> Guest {
    try Guest(on: testbed, netdev: "bridge,br=br0,helper=\(helper)", address: address)
  }
}
