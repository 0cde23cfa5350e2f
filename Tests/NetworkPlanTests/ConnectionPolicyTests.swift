import NetworkModel
import NetworkPlan
import TestSupport
import Testing

/// Who may connect to whom, asked of the kernel.
@Suite(.serialized, .enabled(if: Privilege.isRoot, "namespaces need root"))
struct ConnectionPolicyTests {
  /// A host with that network, guests `a` and `b` in it, and a second one of mode route with guest
  /// `c`. `outside` and the host answer on ports 25, 80 and 443, the guests on 80.
  private func host(_ plan: Plan) throws -> RoutingHost {
    let host = try RoutingHost([plan, Plan(number: 1, forward: "<forward mode='route'/>")])
    try host.addGuest("a", number: 2)
    try host.addGuest("b", number: 3)
    try host.addGuest("c", network: 1, number: 2)
    try host.serve("outside", on: [25, 80, 443])
    for guest in ["a", "b", "c"] { try host.serve(guest, on: [80]) }
    try host.serve(nil, on: [25, 80, 443])
    return host
  }

  private static let modes = ["nat", "route", "open"]

  @Test(arguments: modes)
  func theFirstExceptionThatFitsDecides(mode: String) throws {
    let forward = "<forward mode='\(mode)'/>"
    let host = try host(
      Plan(
        forward: forward,
        policy: """
          <tapster:outgoing default='allow'>
            <tapster:allow proto='tcp' port='25' to='2001:db8:51::/64'/>
            <tapster:deny proto='tcp' port='25'/>
            <tapster:deny proto='udp' port='1-442'/>
            <tapster:deny to='192.168.123.0/24'/>
          </tapster:outgoing>
          """))
    let allowed: [(String, Int, String)] = [
      ("198.51.100.2", 80, "tcp"), ("198.51.100.2", 443, "udp"), ("2001:db8:51::2", 25, "tcp"),
      ("2001:db8:123::2", 80, "tcp"), ("192.168.122.3", 80, "udp"), ("192.168.122.1", 25, "tcp"),
      ("192.168.122.1", 80, "udp"), ("198.51.100.1", 80, "tcp"), ("2001:db8:51::1", 25, "tcp"),
    ]
    let denied: [(String, Int, String)] = [
      ("198.51.100.2", 25, "tcp"), ("198.51.100.2", 80, "udp"), ("2001:db8:51::2", 80, "udp"),
      ("192.168.123.2", 80, "tcp"), ("198.51.100.1", 25, "tcp"), ("2001:db8:51::1", 25, "udp"),
    ]
    for (address, port, transport) in allowed {
      let answer = try host.ask(address, port, from: "a", over: transport)
      #expect(answer != "no", "\(transport) \(address) \(port)")
    }
    for (address, port, transport) in denied {
      let answer = try host.ask(address, port, from: "a", over: transport)
      #expect(answer == "no", "\(transport) \(address) \(port)")
    }
    // Other networks and the host do as they like.
    #expect(try host.ask("198.51.100.2", 25, from: "c") != "no")
    #expect(try host.ask("192.168.122.2", 80, from: nil, over: "udp") != "no")
  }

  @Test(arguments: modes)
  func nothingLeavesThatIsNotAllowed(mode: String) throws {
    let host = try host(
      Plan(
        forward: "<forward mode='\(mode)'/>",
        policy: """
          <tapster:outgoing default='deny'>
            <tapster:deny to='198.51.100.2'/>
            <tapster:allow proto='tcp' port='80'/>
          </tapster:outgoing>
          """))
    let allowed: [(String, Int, String)] = [
      ("2001:db8:51::2", 80, "tcp"), ("192.168.123.2", 80, "tcp"), ("198.51.100.1", 80, "tcp"),
      ("192.168.122.1", 25, "tcp"), ("192.168.122.3", 80, "udp"), ("2001:db8:122::1", 25, "udp"),
    ]
    let denied: [(String, Int, String)] = [
      ("198.51.100.2", 80, "tcp"), ("198.51.100.2", 443, "tcp"), ("2001:db8:51::2", 80, "udp"),
      ("192.168.123.2", 80, "udp"), ("198.51.100.1", 25, "tcp"), ("2001:db8:51::1", 25, "tcp"),
      ("192.168.123.1", 25, "tcp"),
    ]
    for (address, port, transport) in allowed {
      let answer = try host.ask(address, port, from: "a", over: transport)
      #expect(answer != "no", "\(transport) \(address) \(port)")
    }
    for (address, port, transport) in denied {
      let answer = try host.ask(address, port, from: "a", over: transport)
      #expect(answer == "no", "\(transport) \(address) \(port)")
    }
    #expect(
      try !host.testbed.run(["busybox", "ping", "-c1", "-W1", "198.51.100.2"], on: "a").succeeded)
    #expect(
      try host.testbed.run(["busybox", "ping", "-c1", "-W5", "192.168.122.1"], on: "a").succeeded)
    // Who was let in is answered all the same.
    if mode != "nat" { #expect(try host.ask("192.168.122.2", 80, from: "outside") != "no") }
  }

  /// What becomes of a new connection from outside to a guest's address.
  @Test(arguments: [
    ("nat", nil, false), ("route", nil, true), ("open", nil, true),
    ("nat", "allow", true), ("route", "allow", true), ("open", "allow", true),
    ("nat", "deny", false), ("route", "deny", false), ("open", "deny", false),
  ])
  func guestsAreConnectedToAsTheDefaultSays(
    mode: String, verdict: String?, isLetIn: Bool
  ) throws {
    let policy = verdict.map { "<tapster:incoming default='\($0)'/>" } ?? ""
    let host = try host(Plan(forward: "<forward mode='\(mode)'/>", policy: policy))
    for (from, address) in [
      ("outside", "192.168.122.2"), ("outside", "2001:db8:122::2"), ("c", "192.168.122.2"),
    ] {
      // Without a policy, libvirt's: IPv6 that is not masqueraded is routed.
      let isRouted = verdict == nil && address.contains(":")
      #expect(
        try (host.ask(address, 80, from: from) != "no") == (isLetIn || isRouted),
        "\(from) to \(address)")
    }
    // In any case: guests of one network, the host, and what guests ask for themselves.
    #expect(try host.ask("192.168.122.2", 80, from: "b") != "no")
    #expect(try host.ask("192.168.122.2", 80, from: nil) != "no")
    #expect(try host.ask("198.51.100.2", 80, from: "a") != "no")
    #expect(try host.ask("2001:db8:51::2", 80, from: "a", over: "udp") != "no")
  }

  @Test func whatIsNoLongerAllowedEndsAndTheRestGoesOn() throws {
    func plan(_ policy: String) throws -> Plan {
      try Plan(forward: "<forward mode='route'/>", policy: policy)
    }
    let free = try plan("")
    let host = try host(free)
    let toMail = try ["tcp", "udp"].map { transport in
      try host.connect("198.51.100.2", 25, from: "a", over: transport)
    }
    let toWeb = try [("198.51.100.2", "tcp"), ("2001:db8:51::2", "udp")].map { address, transport in
      try host.connect(address, 80, from: "a", over: transport)
    }
    let inwards = try ["192.168.122.2", "2001:db8:122::2"].map { address in
      try host.connect(address, 80, from: "outside")
    }
    for one in toMail + toWeb + inwards { #expect(try one.ask() != "no") }

    let noMail = try plan(
      "<tapster:outgoing default='allow'><tapster:deny port='25' proto='tcp'/>"
        + "<tapster:deny port='25' proto='udp'/></tapster:outgoing>")
    try host.apply(try #require(PlanChange(from: free, to: noMail).firewall))
    for one in toMail { #expect(try one.ask() == "no") }
    for one in toWeb + inwards { #expect(try one.ask() != "no") }

    let noneIn = try plan("<tapster:incoming default='deny'/>")
    try host.apply(try #require(PlanChange(from: noMail, to: noneIn).firewall))
    for one in inwards { #expect(try one.ask() == "no") }
    for one in toWeb { #expect(try one.ask() != "no") }

    // Another network's start and end, and the table made anew.
    let other = try #require(Plan(number: 2).firewall)
    try host.apply(other.installation)
    try host.apply(other.removal)
    try host.apply(FirewallPlan.whole([try #require(noneIn.firewall)]))
    for one in toWeb { #expect(try one.ask() != "no") }
  }

  @Test func aNetworkThatIsMasqueradedInIPv6HidesItsGuests() throws {
    let host = try host(Plan(forward: "<forward mode='nat'><nat ipv6='yes'/></forward>"))
    #expect(try host.ask("2001:db8:51::2", 80, from: "a") == "2001:db8:51::1 80")
    #expect(try host.ask("2001:db8:51::2", 80, from: "a", over: "udp") == "2001:db8:51::1 80")
    #expect(try host.ask("198.51.100.2", 80, from: "a") == "198.51.100.1 80")
    #expect(try host.ask("2001:db8:122::2", 80, from: "outside") == "no")
    #expect(try host.ask("2001:db8:122::3", 80, from: "a") == "2001:db8:122::2 80")
    #expect(
      try host.testbed.run(["busybox", "ping", "-c1", "-W5", "2001:db8:51::2"], on: "a").succeeded)
  }
}
