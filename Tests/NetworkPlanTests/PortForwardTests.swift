import NetworkModel
import NetworkPlan
import TestSupport
import Testing

/// Ports of the host that lead into a network, asked of the kernel.
@Suite(.serialized, .enabled(if: Privilege.isRoot, "namespaces need root"))
struct PortForwardTests {
  private static let forwards = """
    <tapster:incoming default='deny'>
      <tapster:allow proto='tcp' port='2222' to='a' toport='22'/>
      <tapster:allow proto='udp' port='2222' to='52:54:00:00:0a:0a' toport='22'/>
      <tapster:allow proto='tcp' port='8000-8002' to='192.168.122.3' toport='80'/>
      <tapster:allow proto='tcp' port='9000-9002' to='b'/>
      <tapster:allow proto='tcp' port='7777' address='198.51.100.1' to='b' toport='80'/>
    </tapster:incoming>
    """

  /// Who asks, at what address and port, and what the guest sees: from where, at which port.
  static let reached: [(from: String?, address: String, port: Int, seen: String)] = [
    ("outside", "198.51.100.1", 2222, "198.51.100.2 22"),
    ("outside", "2001:db8:51::1", 2222, "2001:db8:51::2 22"),
    ("outside", "192.168.122.1", 2222, "198.51.100.2 22"),
    ("outside", "198.51.100.1", 8000, "198.51.100.2 80"),
    ("outside", "198.51.100.1", 8002, "198.51.100.2 82"),
    ("outside", "198.51.100.1", 9001, "198.51.100.2 9001"),
    ("outside", "198.51.100.1", 7777, "198.51.100.2 80"),
    ("outside", "192.168.122.1", 7777, "no"),
    ("outside", "2001:db8:51::1", 8000, "no"),
    ("outside", "198.51.100.1", 8003, "no"),
    ("outside", "192.168.122.2", 22, "no"),
    ("outside", "2001:db8:122::2", 22, "no"),
    // The host itself.
    (nil, "198.51.100.1", 2222, "198.51.100.1 22"),
    (nil, "192.168.122.1", 8001, "192.168.122.1 81"),
    (nil, "2001:db8:51::1", 2222, "2001:db8:51::1 22"),
    (nil, "127.0.0.1", 2222, "no"),
    (nil, "::1", 2222, "no"),
    // Guests of another network.
    ("c", "198.51.100.1", 2222, "192.168.122.1 22"),
    ("c", "2001:db8:51::1", 2222, "2001:db8:123::2 22"),
    ("c", "192.168.122.2", 22, "no"),
  ]

  @Test(arguments: [
    "<forward mode='nat'/>", "<forward mode='route'/>", "<forward mode='open'/>",
  ])
  func aPortLeadsToTheGuestFromEverywhere(forward: String) throws {
    let host = try RoutingHost([
      Plan(forward: forward, policy: Self.forwards), Plan(number: 1),
    ])
    try host.addGuest("a", number: 2)
    try host.addGuest("b", number: 3)
    try host.addGuest("c", network: 1, number: 2)
    try host.serve("a", on: [22])
    try host.serve("b", on: [80, 81, 82, 9001])
    for (from, address, port, seen) in Self.reached {
      #expect(
        try host.ask(address, port, from: from) == seen,
        "\(from ?? "the host") at \(address) port \(port)")
    }
    // A guest of the same network, whom the other would answer directly, and the guest itself.
    for (from, address) in [
      ("b", "198.51.100.1"), ("b", "192.168.122.1"), ("a", "192.168.122.1"),
    ] {
      #expect(try host.ask(address, 2222, from: from) == "192.168.122.1 22")
    }
    #expect(try host.ask("2001:db8:51::1", 2222, from: "b") == "2001:db8:122::1 22")
    for (from, seen) in [("outside", "198.51.100.2 22"), (nil, "198.51.100.1 22")] {
      #expect(try host.ask("198.51.100.1", 2222, from: from, over: "udp") == seen)
    }
  }

  @Test func aPortLeadsToAGuestOfTheSameBridgeWhoseFramesAreFiltered() throws {
    let host = try RoutingHost([Plan(policy: Self.forwards)], filteringFrames: true)
    try host.addGuest("a", number: 2)
    try host.addGuest("b", number: 3)
    try host.serve("a", on: [22])
    // The kernel turns frames round in the bridge then, and the answers too.
    #expect(try host.ask("198.51.100.1", 2222, from: "b") == "192.168.122.3 22")
    #expect(try host.ask("192.168.122.2", 22, from: "b") == "192.168.122.3 22")
    #expect(try host.ask("192.168.122.2", 22, from: "outside") == "no")
  }

  @Test func aPortLeadsIntoAnIsolatedNetworkWhoseGuestsKnowOfNoRouter() throws {
    let host = try RoutingHost([Plan(forward: "", policy: Self.forwards)])
    try host.addGuest("a", ["192.168.122.2/24", "2001:db8:122::2/64"], routers: [])
    try host.serve("a", on: [22])
    try host.serve("outside", on: [80])
    #expect(try host.ask("198.51.100.1", 2222, from: "outside") == "192.168.122.1 22")
    #expect(try host.ask("2001:db8:51::1", 2222, from: "outside") == "2001:db8:122::1 22")
    #expect(try host.ask("198.51.100.1", 2222, from: nil) == "192.168.122.1 22")
    // And with a router all the same, nothing leaves.
    try host.ip("route add default via 192.168.122.1", on: "a")
    #expect(try host.ask("198.51.100.2", 80, from: "a") == "no")
    #expect(try host.ask("192.168.122.2", 22, from: "outside") == "no")
  }

  @Test func aForwardThatIsTakenAwayTakesItsConnectionsAlong() throws {
    let before = try Plan(
      policy: """
        <tapster:incoming default='deny'>
          <tapster:allow proto='tcp' port='2222' to='a' toport='22'/>
          <tapster:allow proto='udp' port='2222' to='a' toport='22'/>
          <tapster:allow proto='tcp' port='2223-2225' to='a'/>
        </tapster:incoming>
        """)
    let after = try Plan(
      policy: """
        <tapster:incoming default='deny'>
          <tapster:allow proto='tcp' port='2220-2223' to='a'/>
        </tapster:incoming>
        """)
    let host = try RoutingHost([before])
    try host.addGuest("a", number: 2)
    try host.addGuest("b", number: 3)
    try host.serve("a", on: [22, 2222, 2223, 2224])
    try host.serve("outside", on: [80])

    let ended = try [
      host.connect("198.51.100.1", 2222, from: "outside"),
      host.connect("2001:db8:51::1", 2222, from: "outside"),
      host.connect("198.51.100.1", 2222, from: "outside", over: "udp"),
      host.connect("198.51.100.1", 2224, from: "outside"),
      host.connect("198.51.100.1", 2222, from: nil),
      host.connect("198.51.100.1", 2222, from: "b"),
    ]
    let kept = try [
      host.connect("198.51.100.1", 2223, from: "outside"),
      host.connect("2001:db8:51::1", 2223, from: "outside"),
      host.connect("198.51.100.1", 2223, from: nil),
      host.connect("198.51.100.1", 2223, from: "b"),
      host.connect("198.51.100.2", 80, from: "a"),
    ]
    for one in ended + kept { #expect(try one.ask() != "no") }

    let change = PlanChange(from: before, to: after)
    #expect(change.dnsmasq == .nothing && !change.bridge)
    try host.apply(try #require(change.firewall))
    for (position, one) in ended.enumerated() { #expect(try one.ask() == "no", "\(position)") }
    for (position, one) in kept.enumerated() { #expect(try one.ask() != "no", "\(position)") }
    #expect(try host.ask("198.51.100.1", 2222, from: "outside") == "198.51.100.2 2222")

    // The same once more changes nothing; without any policy, none is left.
    try host.apply(try #require(after.firewall).replacement(of: try #require(after.firewall)))
    let last = try Plan()
    try host.apply(try #require(PlanChange(from: after, to: last).firewall))
    for (position, one) in kept.enumerated() where position < 2 {
      #expect(try one.ask() == "no", "\(position)")
    }
    #expect(try kept[4].ask() != "no")
    let fresh = try #require(last.firewall)
    try host.apply(FirewallPlan.whole([fresh]))
  }

  @Test func whatIsReplacedLeavesNothingBehind() throws {
    let host = try RoutingHost([Plan(policy: Self.forwards)])
    let with = try #require(try Plan(policy: Self.forwards).firewall)
    let without = try #require(try Plan().firewall)
    try host.apply(without.replacement(of: with))
    let replaced = try host.testbed.output(["nft", "-s", "list", "ruleset"])
    try host.apply(FirewallPlan.whole([without]))
    #expect(replaced == (try host.testbed.output(["nft", "-s", "list", "ruleset"])))

    try host.apply(with.replacement(of: without))
    try host.apply(with.removal)
    let emptied = try host.testbed.output(["nft", "-s", "list", "ruleset"])
    try host.apply(FirewallPlan.whole([]))
    #expect(emptied == (try host.testbed.output(["nft", "-s", "list", "ruleset"])))
  }
}
