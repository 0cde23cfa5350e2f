import TestSupport
import Testing

/// `<port isolated='yes'/>`: who puts a guest on the network keeps it from the others, whatever
/// else its rule says.
@Suite(
  .requiresHelper, .enabled(if: Binaries.exists(Binaries.tapster), "tapster is not built"))
struct IsolatedPortsTests {
  @Test func tapsOfANetworkAreIsolatedIfItSaysSo() throws {
    let testbed = try Testbed()
    try testbed.write("/etc/tapster/acl.conf", "allow br-cells\n")
    try NetworkProvider.tapster.start(
      "cells",
      xml: """
        <network>
          <name>cells</name>
          <bridge name='br-cells' stp='off'/>
          <port isolated='yes'/>
          <ip address='192.168.141.1' prefix='24'/>
        </network>

        """, in: testbed)
    func tap() throws -> (name: String, queues: [OpenDescriptor]) {
      let outcome = try testbed.requestTap(["--br=br-cells"])
      let name = try #require(try outcome.interfaceNames().first, "\(outcome)")
      return (name, outcome.descriptors)
    }
    let (first, second, open) = (try tap(), try tap(), try tap())
    try testbed.output(["bridge", "link", "set", "dev", open.name, "isolated", "off"])
    try EthernetFrame(from: 1, "secret").send(through: first.queues[0])
    // Sent later, it arrives later: what did not come before it does not come.
    try EthernetFrame(from: 3, "open").send(through: open.queues[0])
    #expect(try EthernetFrame.texts(arrivingAt: second.queues, upTo: "open") == ["open"])
    #expect(try EthernetFrame.texts(arrivingAt: open.queues, upTo: "secret") == ["secret"])

    let check = try testbed.run([Testbed.helper, "--br=br-cells", "--check"], as: .build)
    #expect(check.output.contains("isolated=yes"), "\(check)")
  }
}
