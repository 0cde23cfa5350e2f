import TestSupport
import Testing

/// Real QEMU, started by a user without any capability, on a bridge of the administrator's.
@Suite(.requiresGuests, .timeLimit(.minutes(20)))
struct GuestOnBridgeTests {
  @Test func aGuestGetsAnAddressAndAName() throws {
    let bridge = try BridgeWithDHCP(acl: "allow br0 user=build\n")
    let guest = try bridge.boot()

    let lease = try guest.run("dhcp")
    #expect(lease.status == 0)
    #expect(lease.lines.first?.hasPrefix("lease eth0 192.0.2.1") == true, "\(lease)")
    #expect(try guest.run("resolve www.example.test").lines == ["192.0.2.80"])
    #expect(try guest.run("ping -c 1 -W 5 192.0.2.1").status == 0)
    #expect(try bridge.ports().count == 1)

    try guest.powerOff()
    #expect(try bridge.ports() == [], "the tap went with QEMU")
    #expect(try bridge.testbed.links() == ["lo", "br0"])
  }

  /// With a space in it, QEMU hands the string to `/bin/sh -c` and adds its own options.
  @Test func aHelperStringMayCarryOptions() throws {
    let bridge = try BridgeWithDHCP(acl: "allow br0 user=build persist\n")
    let guest = try bridge.boot(helper: "\(Testbed.helper) --name=vm0")
    let port = try bridge.testbed.json(["ip", "-j", "link", "show", "vm0"])[0]
    #expect(port["master"].string == "br0")
    #expect(port["altnames"][0].string == "vm0")
    #expect(try guest.run("dhcp").status == 0)
  }

  @Test func aRefusalReachesTheUser() throws {
    let bridge = try BridgeWithDHCP(acl: "allow br0 user=student\n")
    let failure = #expect(throws: Guest.Failed.self) { _ = try bridge.boot() }
    #expect(failure?.ending == .exited(1))
    #expect(
      failure?.error.contains("user 'build' (uid 1001) may not use bridge 'br0'") == true,
      "\(String(describing: failure))")
    #expect(try bridge.testbed.links() == ["lo", "br0"])
  }

  /// A tap of two queues is two descriptors, which QEMU takes as they are.
  @Test func aGuestUsesBothQueuesOfATap() throws {
    let bridge = try BridgeWithDHCP(acl: "allow br0 user=build queues=2\n")
    let granted = try bridge.testbed.requestTap(["--use-vnet", "--br=br0", "--queues=2"])
    #expect(granted.isGrant(of: 2), "\(granted)")
    let guest = try Guest(
      on: bridge.testbed, netdev: "tap,fds=3:4", taps: granted.descriptors)
    #expect(try guest.run("dhcp").status == 0)
    #expect(try guest.run("ls -d /sys/class/net/eth0/queues/tx-* | wc -l").lines == ["2"])
    #expect(try guest.run("ping -c 1 -W 5 192.0.2.1").status == 0)
  }

  /// Two guests of one user, seen from the first: with `isolated` the second is out of reach, the
  /// host never is.
  @Test(arguments: [
    ("allow br0 user=build taps=2", true), ("allow br0 user=build isolated", false),
  ])
  func guestsReachOneAnotherUnlessIsolated(rule: String, reachable: Bool) throws {
    let bridge = try BridgeWithDHCP(acl: rule + "\n")
    let first = try bridge.boot()
    let second = try bridge.boot(address: "52:54:00:00:00:02")
    for guest in [first, second] { #expect(try guest.run("dhcp").status == 0) }
    let own = try second.run("ip -4 -o addr show eth0 | sed 's,.*inet \\([0-9.]*\\)/.*,\\1,'")
    let address = try #require(own.lines.first)

    #expect(try first.run("ping -c 1 -W 5 192.0.2.1").status == 0)
    let expected = reachable ? 0 : 1
    #expect(try first.run("ping -c 1 -W 3 \(address)").status == expected)
  }
}
