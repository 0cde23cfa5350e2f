import Foundation
import TestSupport
import Testing

/// What each mode puts into the host, and that it goes again.
@Suite(
  .enabled(if: Privilege.isRoot, "namespaces need root"),
  .enabled(if: Binaries.exists(Binaries.tapster), "tapster is not built"))
struct NetworkModesTests {
  private static let dual = """
    <network>
      <name>dual</name>
      <forward mode='nat'><nat ipv6='yes'/></forward>
      <bridge name='virbr6' stp='off' delay='3'/>
      <mtu size='1400'/>
      <ip address='192.168.77.1' netmask='255.255.255.0'/>
      <ip family='ipv6' address='fd00:77::1' prefix='64'/>
      <route address='10.99.0.0' prefix='16' gateway='192.168.77.2' metric='5'/>
      <route family='ipv6' address='fd00:99::' prefix='64' gateway='fd00:77::2'/>
    </network>

    """

  @Test func aBridgeHasBothVersionsOfIPAtOnceAndItsRoutes() throws {
    let bed = try NetworkTestbed()
    try bed.testbed.write("/etc/tapster/networks/dual.xml", Self.dual)
    let before = try bed.everything()
    try bed.tapster("net-start", "dual").checked()

    let link = try bed.testbed.json(["ip", "-j", "-d", "link", "show", "virbr6"]).array[0]
    #expect(link["mtu"].integer == 1400)
    #expect(link["linkinfo"]["info_data"]["stp_state"].integer == 0)
    #expect(link["linkinfo"]["info_data"]["forward_delay"].integer == 300)
    // The bridge has no port, so nobody answers to what asks whether an address is taken.
    let addresses = try bed.testbed.output(["ip", "-o", "address", "show", "dev", "virbr6"])
    #expect(addresses.contains("192.168.77.1/24"))
    #expect(addresses.contains("fd00:77::1/64"))
    #expect(addresses.contains("fe80::5054:ff:fe"))
    #expect(!addresses.contains("tentative"), "\(addresses)")
    #expect(
      try bed.testbed.output(["ip", "route", "show", "10.99.0.0/16"])
        .hasPrefix("10.99.0.0/16 via 192.168.77.2 dev virbr6 metric 5"))
    #expect(
      try bed.testbed.output(["ip", "-6", "route", "show", "fd00:99::/64"])
        .hasPrefix("fd00:99::/64 via fd00:77::2 dev virbr6 metric 1"))
    #expect(try bed.setting("disable_ipv6", of: "virbr6") == "0")
    #expect(try bed.setting("accept_ra", of: "virbr6") == "0")
    #expect(try bed.setting("autoconf", of: "virbr6") == "0")

    try bed.tapster("net-destroy", "dual").checked()
    try bed.expectNoChange(since: before)
  }

  @Test func aBridgeWithoutIPv6HasNone() throws {
    let bed = try NetworkTestbed()
    try bed.tapster("net-start", "default").checked()
    #expect(try bed.setting("disable_ipv6", of: "virbr0") == "1")
    let addresses = try bed.testbed.output(["ip", "-o", "-6", "address", "show", "dev", "virbr0"])
    #expect(addresses.isEmpty)
  }

  @Test func aNetworkOnTheHostsBridgeNeedsItThereAndUpAndLeavesItAlone() throws {
    let bed = try NetworkTestbed()
    try bed.testbed.write(
      "/etc/tapster/networks/lan.xml",
      "<network><name>lan</name><forward mode='bridge'/><bridge name='br0'/></network>\n")
    func refused(_ reason: String) throws {
      let ended = try bed.tapster("net-start", "lan")
      #expect(ended.status == 1)
      #expect(ended.error.contains(reason), "\(ended)")
    }
    try refused("no bridge 'br0'")
    try bed.testbed.output(["ip", "link", "add", "br0", "type", "veth", "peer", "name", "br0x"])
    try bed.testbed.output(["ip", "link", "set", "br0", "up"])
    try refused("is no bridge")
    try bed.testbed.output(["ip", "link", "delete", "br0"])
    try bed.testbed.output(["ip", "link", "add", "br0", "type", "bridge"])
    try refused("is not set up")
    try bed.testbed.output(["ip", "link", "set", "br0", "up"])
    let before = try bed.everything()
    try bed.tapster("net-start", "lan").checked()
    #expect(try bed.tapster("net-list").output.contains(" lan    active"))
    try bed.tapster("net-destroy", "lan").checked()
    try bed.expectNoChange(since: before)
  }

  @Test func aTemplateGetsTheFirstNameThatIsFree() throws {
    let bed = try NetworkTestbed()
    try bed.testbed.output(["ip", "link", "add", "lab0", "type", "bridge"])
    for (name, bridge) in [("first", "lab1"), ("second", "lab2")] {
      try bed.testbed.write(
        "\(Testbed.scratch)/\(name).xml",
        "<network><name>\(name)</name><bridge name='lab%d'/></network>\n")
      try bed.tapster("net-define", "\(Testbed.scratch)/\(name).xml").checked()
      #expect(try bed.tapster("net-dumpxml", name).output.contains("<bridge name='\(bridge)'"))
    }
  }

  @Test func anAutomaticBlockIsOneThatIsFreeAndStays() throws {
    let bed = try NetworkTestbed()
    // The definition `default` has 192.168.122.0/24.
    try bed.testbed.output(["ip", "address", "add", "192.168.123.5/24", "dev", "lo"])
    let xml = """
      <network xmlns:tapster='urn:tapster:network:1'><name>auto</name><forward mode='nat'/>
      <ip tapster:auto='yes'><dhcp/></ip></network>

      """
    try bed.testbed.write("\(Testbed.scratch)/auto.xml", xml)
    try bed.tapster("net-define", "\(Testbed.scratch)/auto.xml").checked()
    let defined = try bed.testbed.read("/etc/tapster/networks/auto.xml")
    #expect(defined.contains("192.168.124.1"), "\(defined)")
    try bed.tapster("net-start", "auto").checked()
    #expect(try bed.testbed.read("/etc/tapster/networks/auto.xml") == defined)
    #expect(try bed.testbed.output(["ip", "-br", "address"]).contains("192.168.124.1/24"))
  }

  @Test(arguments: ["fd00:77::/48", "fd00:77:0:0:8000::/65"])
  func anOverlapOfIPv6IsRefused(route: String) throws {
    let bed = try NetworkTestbed()
    try bed.testbed.write("/etc/tapster/networks/dual.xml", Self.dual)
    try bed.testbed.output(["ip", "-6", "route", "add", "blackhole", route])
    let before = try bed.everything()
    let refused = try bed.tapster("net-start", "dual")
    #expect(refused.status == 1)
    #expect(refused.error.contains("fd00:77::/64 overlaps"), "\(refused)")
    try bed.expectNoChange(since: before)
  }

  @Test func aVPNThatTakesTheDefaultRouteInHalvesIsNoOverlap() throws {
    let bed = try NetworkTestbed()
    for half in ["0.0.0.0/1", "128.0.0.0/1"] {
      try bed.testbed.output(["ip", "route", "add", half, "dev", "lo"])
    }
    try bed.tapster("net-start", "default").checked()
  }

  @Test func aConnectionOutlivesStartsAndStopsOfOtherNetworks() throws {
    let traffic = try NetworkTraffic()
    try traffic.addGuest("seven")
    try traffic.bed.testbed.write(
      "/etc/tapster/networks/other.xml",
      "<network><name>other</name><forward mode='nat'/><bridge name='virbr7'/>"
        + "<ip address='10.7.0.1' prefix='24'/></network>\n")
    let listener = try Listener(traffic.bed.testbed, on: "outside", "198.51.100.2", 9000)
    let conversation = try listener.conversation(from: "seven", at: "198.51.100.2", 9000)
    for _ in 1...3 {
      try traffic.bed.tapster("net-start", "other").checked()
      #expect(conversation.goesOn())
      try traffic.bed.tapster("net-destroy", "other").checked()
      #expect(conversation.goesOn())
    }
  }
}

extension NetworkTestbed {
  /// One of a link's settings of IPv6.
  fileprivate func setting(_ name: String, of link: String) throws -> String {
    try testbed.output(["cat", "/proc/sys/net/ipv6/conf/\(link)/\(name)"])
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
