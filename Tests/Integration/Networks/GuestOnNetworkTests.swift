import TestSupport
import Testing

/// A virtual machine on a network of ours, put there by its user through the helper.
@Suite(
  .requiresGuests, .enabled(if: Binaries.exists(Binaries.tapster), "tapster is not built"),
  .timeLimit(.minutes(5)))
struct GuestOnNetworkTests {
  @Test func aGuestHasBothVersionsOfIP() throws {
    let testbed = try Testbed()
    try testbed.write("/etc/tapster/acl.conf", "allow br-both user=build\n")
    try testbed.write("\(Testbed.scratch)/tftp/boot.bin", "boot me\n")
    try testbed.addHost(
      "outside", port: "uplink0", address: "198.51.100.2/24", portAddress: "198.51.100.1/24")
    try testbed.ip(["address add 2001:db8:ff01::1/64 dev uplink0 nodad"])
    try testbed.ip(["address add 2001:db8:ff01::2/64 dev eth0 nodad"], on: "outside")
    try NetworkProvider.tapster.prepare(testbed)
    try NetworkProvider.tapster.start(
      "both",
      xml: """
        <network>
          <name>both</name>
          <forward mode='nat'><nat ipv6='yes'/></forward>
          <bridge name='br-both' stp='off' delay='0'/>
          <ip address='192.168.140.1' prefix='24'>
            <tftp root='\(Testbed.scratch)/tftp'/>
            <dhcp>
              <host mac='52:54:00:00:00:01' name='machine' ip='192.168.140.11'/>
              <bootp file='boot.bin'/>
            </dhcp>
          </ip>
          <ip family='ipv6' address='2001:db8:140::1' prefix='64'/>
        </network>

        """, in: testbed)
    let guest = try Guest(on: testbed, netdev: "bridge,br=br-both,helper=\(Testbed.helper)")
    let lease = try guest.run("dhcp")
    #expect(lease.lines.first?.hasPrefix("lease eth0 192.168.140.11") == true, "\(lease)")
    #expect(try guest.run("ping -c 1 -W 5 198.51.100.2").status == 0)
    #expect(try guest.run("tftp -g -r boot.bin -l - 192.168.140.1").lines == ["boot me"])
    // By advertisement: the address is there when it can be used.
    let six = try guest.run("until ping -6 -c 1 -W 1 2001:db8:ff01::2 >/dev/null 2>&1; do :; done")
    #expect(six.status == 0)
    let addresses = try guest.run("ip -6 addr show dev eth0 scope global")
    #expect(addresses.lines.joined().contains("2001:db8:140:0:5054:ff:fe00:1/64"), "\(addresses)")
  }
}
