import TestSupport
import Testing

/// The host's switches for forwarding go on with the first network that needs them and back with
/// the last, in every order.
@Suite(
  .enabled(if: Privilege.isRoot, "namespaces need root"),
  .enabled(if: Binaries.exists(Binaries.tapster), "tapster is not built"))
struct ForwardingSwitchTests {
  private static let orders = [
    ["one", "two", "three"], ["one", "three", "two"], ["two", "one", "three"],
    ["two", "three", "one"], ["three", "one", "two"], ["three", "two", "one"],
  ]

  /// `one` forwards IPv4, `two` IPv6, `three` both, `alone` nothing.
  private func makeBed() throws -> NetworkTestbed {
    let bed = try NetworkTestbed()
    let four = ["one": "10.1.0.1", "three": "10.3.0.1", "alone": "10.4.0.1"]
    let six = ["two": "fd00:2::1", "three": "fd00:3::1", "alone": "fd00:4::1"]
    for name in ["one", "two", "three", "alone"] {
      let forward = name == "alone" ? "" : "<forward mode='route'/>"
      let blocks =
        (four[name].map { "<ip address='\($0)' prefix='24'/>" } ?? "")
        + (six[name].map { "<ip family='ipv6' address='\($0)' prefix='64'/>" } ?? "")
      try bed.testbed.write(
        "/etc/tapster/networks/\(name).xml",
        "<network><name>\(name)</name>\(forward)<bridge name='br-\(name)'/>\(blocks)</network>\n")
    }
    return bed
  }

  /// Whether IPv4 and IPv6 are forwarded.
  private func switches(_ bed: NetworkTestbed) throws -> [String] {
    try bed.testbed.output([
      "cat", "/proc/sys/net/ipv4/ip_forward", "/proc/sys/net/ipv6/conf/all/forwarding",
    ]).split(separator: "\n").map { String($0) }
  }

  @Test(arguments: orders)
  func everyOrderOfStoppingPutsThemBack(order: [String]) throws {
    let bed = try makeBed()
    let before = try bed.everything()
    #expect(try switches(bed) == ["0", "0"])
    var running: Set<String> = []
    func check() throws {
      let four = !running.isDisjoint(with: ["one", "three"])
      let six = !running.isDisjoint(with: ["two", "three"])
      #expect(try switches(bed) == [four ? "1" : "0", six ? "1" : "0"], "\(running)")
    }
    for name in order.reversed() + ["alone"] {
      try bed.tapster("net-start", name).checked()
      running.insert(name)
      try check()
    }
    for name in order {
      try bed.tapster("net-destroy", name).checked()
      running.remove(name)
      try check()
    }
    try bed.tapster("net-destroy", "alone").checked()
    try bed.expectNoChange(since: before)
  }

  @Test func whatWasOnBeforeStaysOn() throws {
    let bed = try makeBed()
    try bed.testbed.output(["sysctl", "-qw", "net.ipv4.ip_forward=1"])
    try bed.testbed.output(["sysctl", "-qw", "net.ipv6.conf.all.forwarding=1"])
    for name in ["three", "one"] { try bed.tapster("net-start", name).checked() }
    for name in ["three", "one"] { try bed.tapster("net-destroy", name).checked() }
    #expect(try switches(bed) == ["1", "1"])
  }

  /// Docker, a VPN or a firewall that came meanwhile found it on, and may rely on that.
  @Test(arguments: [("inet", ["1", "1"]), ("ip", ["1", "0"]), ("ip6", ["0", "1"])])
  func itStaysOnForOthersWhoHaveRulesForIt(family: String, expected: [String]) throws {
    let bed = try makeBed()
    try bed.tapster("net-start", "three").checked()
    try bed.testbed.output(["nft", "add", "table", family, "vpn"])
    try bed.testbed.output([
      "nft", "add chain \(family) vpn forward { type filter hook forward priority 5; }",
    ])
    try bed.tapster("net-destroy", "three").checked()
    #expect(try switches(bed) == expected)
    #expect(!bed.testbed.exists("/run/tapster"))
  }

  @Test func rulesForWhatTheHostIsSentDoNotKeepItOn() throws {
    let bed = try makeBed()
    try bed.tapster("net-start", "three").checked()
    try bed.testbed.output(["nft", "add", "table", "inet", "own"])
    try bed.testbed.output([
      "nft", "add chain inet own input { type filter hook input priority 5; }",
    ])
    try bed.tapster("net-destroy", "three").checked()
    #expect(try switches(bed) == ["0", "0"])
  }

  @Test func aFailedStartDoesNotSwitchARunningNetworkOff() throws {
    let bed = try makeBed()
    try bed.tapster("net-start", "three").checked()
    try bed.testbed.write(
      "/etc/failing/dnsmasq", "#!/bin/sh\necho no luck >&2\nexit 3\n", mode: 0o755)
    let failed = try bed.testbed.run(
      [Testbed.tapster, "net-start", "one"],
      environment: ["PATH": "/etc/failing:/usr/sbin:/usr/bin:/sbin:/bin"])
    #expect(failed.status == 1)
    #expect(try switches(bed) == ["1", "1"])
  }

  @Test func aLinkThatForwardedByItselfForwardsAfterwards() throws {
    let bed = try makeBed()
    try bed.testbed.output(["ip", "link", "add", "own", "type", "bridge"])
    func own() throws -> String {
      try bed.testbed.output([
        "cat", "/proc/sys/net/ipv4/conf/own/forwarding", "/proc/sys/net/ipv6/conf/own/forwarding",
        "/proc/sys/net/ipv6/conf/lo/forwarding",
      ])
    }
    try bed.testbed.output(["sysctl", "-qw", "net.ipv4.conf.own.forwarding=1"])
    try bed.testbed.output(["sysctl", "-qw", "net.ipv6.conf.own.forwarding=1"])
    #expect(try own() == "1\n1\n0\n")
    try bed.tapster("net-start", "three").checked()
    #expect(try own() == "1\n1\n1\n")
    try bed.tapster("net-destroy", "three").checked()
    #expect(try own() == "1\n1\n0\n")
  }

  @Test func aHostThatWasToldItsRouteKeepsIt() throws {
    let bed = try makeBed()
    try bed.testbed.addHost("router", port: "up0")
    try bed.testbed.output(["sysctl", "-qw", "net.ipv6.conf.up0.accept_ra=1"])
    // As the kernel makes it when it hears a router: a default route of protocol `ra`.
    try bed.testbed.output([
      "ip", "-6", "route", "add", "default", "via", "fe80::99", "dev", "up0", "proto", "ra",
    ])
    func acceptance() throws -> String {
      try bed.testbed.output(["cat", "/proc/sys/net/ipv6/conf/up0/accept_ra"])
    }
    try bed.tapster("net-start", "two").checked()
    #expect(try acceptance() == "2\n")
    try bed.tapster("net-destroy", "two").checked()
    #expect(try acceptance() == "1\n")
  }
}
