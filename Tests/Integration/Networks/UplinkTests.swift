import TestSupport
import Testing

/// A host whose way out comes, goes and changes, while a guest stays what it is.
///
/// 192.0.2.80 is somebody far away, who can be reached by every uplink.
private struct Journey {
  static let far = "192.0.2.80"

  let testbed: Testbed
  let provider: NetworkProvider

  init(_ provider: NetworkProvider) throws {
    self.provider = provider
    testbed = try Testbed()
    try provider.prepare(testbed)
    try provider.start("travel", xml: Self.definition, in: testbed)
    for (number, name) in ["guest", "fellow"].enumerated() {
      try testbed.addHost(
        name, port: "to-\(name)", bridge: "br-travel", address: "192.168.122.1\(number)/24")
      try testbed.ip(["route add default via 192.168.122.1"], on: name)
    }
  }

  /// Plugs in uplink number N, 198.51.N.0/24, and makes it the way out. The one outside answers.
  func plugIn(_ number: Int) throws -> (tcp: Listener, udp: Listener) {
    let network = "198.51.\(number)"
    let name = "outside\(number)"
    try testbed.addHost(
      name, port: "uplink\(number)", address: "\(network).2/24", portAddress: "\(network).1/24")
    try testbed.ip(["address add \(Self.far)/32 dev lo"], on: name)
    try testbed.ip(["route replace default via \(network).2"])
    return (
      try Listener(testbed, on: name, Self.far, 8080),
      try Listener(testbed, on: name, Self.far, 8080, isTCP: false)
    )
  }

  private static let definition = """
    <network>
      <name>travel</name>
      <forward mode='nat'/>
      <bridge name='br-travel' stp='off' delay='0'/>
      <ip address='192.168.122.1' netmask='255.255.255.0'>
        <dhcp><range start='192.168.122.100' end='192.168.122.199'/></dhcp>
      </ip>
    </network>

    """
}

@Suite(.enabled(if: Privilege.isRoot, "namespaces need root"))
struct UplinkTests {
  @Test(arguments: NetworkProvider.installed)
  func masqueradingFollowsTheWayOut(provider: NetworkProvider) throws {
    let journey = try Journey(provider)
    let testbed = journey.testbed
    // Nowhere to go: the guest is told so, and the network works.
    let lost = try testbed.socket(.tcp, on: "guest")
    try lost.connect(Journey.far, 8080)
    #expect(throws: SystemCallFailure.self) { try lost.connects(within: .seconds(5)) }
    let local = try Listener(testbed, on: nil, "192.168.122.1", 9000)
      .conversation(from: "guest", at: "192.168.122.1", 9000)
    let fellow = try Listener(testbed, on: "fellow", "192.168.122.11", 9000)
      .conversation(from: "guest", at: "192.168.122.11", 9000)
    let own = ("192.168.122.10", UInt16(5000))

    let first = try journey.plugIn(100)
    let early = try first.tcp.conversation(from: "guest", at: Journey.far, 8080)
    #expect(early.address == "198.51.100.1")
    #expect(try first.udp.seen(from: "guest", at: Journey.far, 8080, own: own) == "198.51.100.1")
    #expect(early.goesOn())

    // From the wire to the wireless: one goes, another one comes.
    try testbed.ip(["link delete uplink100"])
    let second = try journey.plugIn(101)
    #expect(try second.tcp.seen(from: "guest", at: Journey.far, 8080) == "198.51.101.1")
    // Also of those who go on from the same port.
    #expect(try second.udp.seen(from: "guest", at: Journey.far, 8080, own: own) == "198.51.101.1")

    // And a better one while the old one stays.
    let third = try journey.plugIn(102)
    #expect(try third.tcp.seen(from: "guest", at: Journey.far, 8080) == "198.51.102.1")

    // What the guest had to do with its network was not touched by any of this.
    #expect(local.goesOn())
    #expect(fellow.goesOn())
  }
}
