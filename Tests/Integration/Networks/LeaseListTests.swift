import Foundation
import TestSupport
import Testing

/// `net-dhcp-leases` of guests that a real client of DHCPv6 has got an address for.
@Suite(
  .enabled(if: Privilege.isRoot, "namespaces need root"),
  .enabled(if: Binaries.exists(Binaries.tapster), "tapster is not built"))
struct LeaseListTests {
  private static let network = """
    <network>
      <name>six</name>
      <bridge name='virbr6' stp='off' delay='0'/>
      <domain name='lab'/>
      <ip address='192.168.66.1' prefix='24'>
        <dhcp><range start='192.168.66.100' end='192.168.66.200'/></dhcp>
      </ip>
      <ip family='ipv6' address='fd00:66::1' prefix='64'>
        <dhcp><range start='fd00:66::100' end='fd00:66::1ff'/></dhcp>
      </ip>
    </network>

    """
  private static let mac = "52:54:00:00:00:66"

  /// Takes the address that is offered, and says that there is one.
  private static let script = """
    #!/bin/sh
    case $reason in
    BOUND6 | REBIND6 | RENEW6)
      ip -6 address add "$new_ip6_address/128" dev "$interface" nodad
      ;;
    BOUND) ip address add "$new_ip_address/24" dev "$interface" ;;
    esac

    """

  /// A guest on a network that runs, with its configuration for ISC's client.
  private func scene() throws -> NetworkTestbed {
    let bed = try NetworkTestbed()
    try bed.testbed.write("/etc/tapster/networks/six.xml", Self.network)
    try bed.tapster("net-start", "six").checked()
    try bed.testbed.addHost("guest", port: "to-guest", bridge: "virbr6")
    // The client wants a link-local address that can be used at once.
    try bed.testbed.output(
      [
        "sh", "-euc",
        """
        ip link set eth0 down
        echo 0 >/proc/sys/net/ipv6/conf/eth0/accept_dad
        ip link set eth0 address \(Self.mac) up
        """,
      ], on: "guest")
    try bed.testbed.write("\(Testbed.scratch)/script", Self.script, mode: 0o755)
    try bed.testbed.write(
      "\(Testbed.scratch)/client.conf",
      "send fqdn.fqdn \"six-of-us\"; send fqdn.encoded on; send host-name \"six-of-us\";\n")
    return bed
  }

  /// Runs the client until it has an address, or has given it back.
  private func client(_ options: [String], of bed: NetworkTestbed) throws {
    try bed.testbed.output(
      [
        "dhclient", "-1", "-cf", "\(Testbed.scratch)/client.conf",
        "-sf", "\(Testbed.scratch)/script",
      ] + options + ["eth0"], on: "guest")
  }

  private static func files(_ name: String) -> [String] {
    ["-lf", "\(Testbed.scratch)/\(name).leases", "-pf", "\(Testbed.scratch)/\(name).pid"]
  }

  private func leases(_ bed: NetworkTestbed, _ options: String...) throws -> [JSON] {
    try bed.testbed.json([Testbed.tapster, "net-dhcp-leases", "six", "--json"] + options).array
  }

  /// What dnsmasq answers when it is asked for the guest's name, its work on leases being done: it
  /// notes them after it has told the client, and before it does anything else.
  private func names(_ bed: NetworkTestbed) throws -> String {
    try bed.testbed.run(["busybox", "nslookup", "six-of-us.lab", "192.168.66.1"]).output
  }

  /// With a DUID that has a time in it and one that has none (RFC 8415, 11.2 and 11.4).
  @Test(arguments: ["LLT", "LL"])
  func aLeaseOfIPv6(kind: String) throws {
    let bed = try scene()
    try client(["-6", "-D", kind] + Self.files("six"), of: bed)
    try client(["-4"] + Self.files("four"), of: bed)
    let answer = try names(bed)
    let addresses = try bed.testbed.json(
      ["ip", "-j", "address", "show", "eth0", "scope", "global"], on: "guest")[0]["addr_info"]
    func address(_ family: String) throws -> String {
      try #require(
        addresses.array.first { $0["family"].string == family }?["local"].string, "\(addresses)")
    }
    for family in ["inet", "inet6"] { #expect(answer.contains(try address(family)), "\(answer)") }

    let all = try leases(bed)
    #expect(all.map { $0["family"].string } == ["ipv4", "ipv6"], "\(all)")
    let (four, lease) = (all[0], all[1])
    #expect(four["address"].string == (try address("inet")))
    #expect(lease["address"].string == (try address("inet6")))
    #expect(lease["prefix"].integer == 64)
    #expect(lease["mac"].string == Self.mac && four["mac"].string == Self.mac)
    #expect(lease["hostname"].string == "six-of-us", "\(lease)")
    // The client's own numbers, as its file has them.
    let noted = try bed.testbed.read("\(Testbed.scratch)/six.leases")
    func bytes(_ words: Substring) throws -> [UInt8] {
      try words.split(separator: ":").map { try #require(UInt8($0, radix: 16), "\(noted)") }
    }
    let life = try #require(
      noted.firstMatch(of: /starts ([0-9]+);\s+preferred-life [0-9]+;\s+max-life ([0-9]+);/),
      "\(noted)")
    let end = try #require(Int(life.1)) + #require(Int(life.2))
    let expiry = try #require(lease["expiry"].integer)
    // Their clocks tick at different moments.
    #expect(abs(expiry - end) <= 2, "\(expiry), \(end)")
    let iaid = try #require(noted.firstMatch(of: /ia-na ([0-9a-f:]+) {/), "\(noted)")
    let number = try bytes(iaid.1).reduce(0) { $0 << 8 | Int($1) }
    #expect(lease["iaid"].integer == number)
    let own = try #require(
      noted.firstMatch(of: /option dhcp6.client-id ([0-9a-f:]+);/), "\(noted)")
    let duid = try #require(lease["client-id"].string)
    #expect(try bytes(duid[...]) == bytes(own.1))
    #expect(duid.hasPrefix(kind == "LLT" ? "00:01:00:01:" : "00:03:00:01:"))

    // For people.
    let table = try bed.tapster("net-dhcp-leases", "six").checked().output
    let rows = table.split(separator: "\n").dropFirst(2).map {
      $0.split(separator: " ").map(String.init)
    }
    #expect(rows.count == 2, "\(table)")
    let six: [String] = [Self.mac, "ipv6", try address("inet6") + "/64", "six-of-us", duid]
    #expect(Array(rows[1].dropFirst(2)) == six, "\(table)")
    #expect(try leases(bed, "--mac", Self.mac) == all)
    #expect(try leases(bed, "--mac", "52:54:00:00:00:67") == [])

    // It outlives the network's stop, and ends when the guest gives it back.
    try bed.tapster("net-destroy", "six").checked()
    #expect(try leases(bed) == all)
    try bed.tapster("net-start", "six").checked()
    try bed.testbed.ip(["link set to-guest master virbr6"])
    try client(["-6", "-r"] + Self.files("six"), of: bed)
    #expect(try !names(bed).contains(address("inet6")))
    #expect(try leases(bed).map { $0["family"].string } == ["ipv4"])
  }
}
