import TestSupport
import Testing

/// Addresses that another network has.
@Suite(
  .enabled(if: Privilege.isRoot, "namespaces need root"),
  .enabled(if: Binaries.exists(Binaries.tapster), "tapster is not built"))
struct OverlappingNetworksTests {
  @Test(arguments: [
    ("<ip address='192.168.122.129' prefix='25'/>", "192.168.122.128/25", "192.168.122."),
    ("<ip address='192.168.0.1' prefix='16'/>", "192.168.0.0/16", "192.168.122."),
    (
      "<ip family='ipv6' address='2001:db8:122:0:1::1' prefix='80'/>", "2001:db8:122:0:1::/80",
      "2001:db8:122:"
    ),
  ])
  func aBlockWithinAnotherNetworksIsRefused(block: String, own: String, other: String) throws {
    let bed = try NetworkTestbed()
    try NetworkProvider.tapster.start(
      "first", xml: definition("first", Self.blocks), in: bed.testbed)
    try bed.testbed.write("\(Testbed.scratch)/second.xml", definition("second", block))
    try bed.tapster("net-define", "\(Testbed.scratch)/second.xml").checked()
    let before = try bed.everything()
    let refused = try bed.tapster("net-start", "second")
    #expect(refused.status == 1)
    #expect(refused.error.contains(own), "\(refused)")
    #expect(refused.error.contains(other), "\(refused)")
    #expect(refused.error.contains("br-first"), "\(refused)")
    try bed.expectNoChange(since: before)
  }

  /// Both look before either has its address.
  @Test func ofTwoAtOnceOneGetsTheBlock() throws {
    let bed = try NetworkTestbed()
    let names = ["one", "two"]
    for name in names {
      let block = "<ip address='10.7.0.1' prefix='24'/>"
      try bed.testbed.write(
        "/etc/tapster/networks/\(name).xml", definition(name, "<forward mode='nat'/>" + block))
    }
    let before = try bed.everything()
    for _ in 1...30 {
      let racers = try names.map { try bed.testbed.spawn([Testbed.tapster, "net-start", $0]) }
      let endings = try racers.map { try $0.wait() }
      #expect(endings.contains(.exited(0)) && endings.contains(.exited(1)), "\(endings)")
      let winner = endings[0] == .exited(0) ? "one" : "two"
      let loser = endings[0] == .exited(0) ? "two" : "one"
      #expect(try bed.testbed.links() == ["lo", "br-\(winner)"])
      #expect(try !bed.testbed.output(["nft", "list", "ruleset"]).contains("br-\(loser)"))
      #expect(!bed.testbed.exists("/run/tapster/networks/\(loser)"))
      try bed.tapster("net-destroy", winner).checked()
      try bed.expectNoChange(since: before)
    }
  }

  /// `tapster:auto` finds what nobody has: neither a network nor a route.
  @Test func aChosenBlockOverlapsNothing() throws {
    let bed = try NetworkTestbed()
    let testbed = bed.testbed
    try testbed.ip(["route add 192.168.0.0/17 dev lo", "route add 10.0.0.0/8 dev lo"])
    var blocks: Set<String> = []
    for name in ["one", "two", "three"] {
      try NetworkProvider.tapster.start(
        name, xml: definition(name, "<ip tapster:auto='yes'><dhcp/></ip>"), in: testbed)
      let address = try testbed.json(["ip", "-4", "-j", "address", "show", "br-\(name)"])[0]
      let entry = address["addr_info"][0]
      #expect(entry["prefixlen"].integer == 24)
      let block = try #require(entry["local"].string).split(separator: ".").dropLast()
      blocks.insert(block.joined(separator: "."))
      // What was chosen is written down.
      let written = try bed.tapster("net-dumpxml", "--inactive", name).checked().output
      #expect(written.contains("address='\(entry["local"].string ?? "")'"), "\(written)")
      #expect(!written.contains("auto"), "\(written)")
    }
    try testbed.addHost("guest", port: "to-guest", bridge: "br-three")
    let lease = try testbed.run(
      [
        "busybox", "udhcpc", "-n", "-q", "-f", "-i", "eth0", "-t", "20", "-T", "1", "-s",
        "/bin/true",
      ], on: "guest", timeout: .seconds(40))
    #expect(lease.succeeded, "\(lease)")
    #expect(blocks.count == 3)
    #expect(blocks.allSatisfy { !$0.hasPrefix("10.") })
  }

  private static let blocks = """
    <ip address='192.168.122.1' prefix='24'/>
    <ip family='ipv6' address='2001:db8:122::1' prefix='64'/>
    """

  private func definition(_ name: String, _ blocks: String) -> String {
    """
    <network xmlns:tapster='urn:tapster:network:1'>
      <name>\(name)</name>
      <bridge name='br-\(name)' stp='off'/>
      \(blocks)
    </network>

    """
  }
}
