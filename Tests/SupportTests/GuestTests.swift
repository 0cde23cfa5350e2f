import TestSupport
import Testing

@Suite(
  .enabled(if: Privilege.isRoot, "namespaces need root"),
  .enabled(if: Guest.isBuilt, "Tests/Guest/build-guest has not run"))
struct GuestTests {
  @Test func bootsAndAnswers() throws {
    let testbed = try Testbed()
    let guest = try Guest(on: testbed, netdev: "user")
    let lease = try guest.run("dhcp")
    #expect(lease.lines == ["lease eth0 10.0.2.15/24 router 10.0.2.2 dns 10.0.2.3 seconds 86400"])
    #expect(try guest.run("cat /sys/class/net/eth0/address").lines == ["52:54:00:00:00:01"])
    #expect(try guest.run("exit_with() { return 7; }; exit_with").status == 7)
    #expect(try guest.powerOff() == .exited(0))
  }

  @Test func saysWhyQEMUEnded() throws {
    let testbed = try Testbed()
    let failure = #expect(throws: Guest.Failed.self) {
      _ = try Guest(on: testbed, netdev: "bridge,br=none,helper=/no/such/helper")
    }
    #expect(failure?.ending == .exited(1))
    #expect(failure?.error.contains("bridge helper failed") == true)
  }
}
