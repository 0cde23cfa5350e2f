import Foundation
import TestSupport
import Testing

/// What a change of a running network touches, and that it is all or nothing.
@Suite(
  .enabled(if: Privilege.isRoot, "namespaces need root"),
  .enabled(if: Binaries.exists(Binaries.tapster), "tapster is not built"))
struct LiveChangeTests {
  private static let addHost = [
    "net-update", "default", "add", "ip-dhcp-host",
    "<host mac='52:54:00:aa:bb:cc' ip='192.168.122.50'/>", "--live", "--config",
  ]
  private static let live = "/run/tapster/networks/default/network.xml"
  private static let definition = "/etc/tapster/networks/default.xml"

  private func running() throws -> NetworkTestbed {
    let bed = try NetworkTestbed()
    // As a change writes it, so that files can be compared.
    let settled = try bed.tapster("net-dumpxml", "default").checked().output
    try bed.testbed.write("\(Testbed.scratch)/default.xml", settled)
    try bed.tapster("net-define", "\(Testbed.scratch)/default.xml").checked()
    try bed.tapster("net-start", "default").checked()
    return bed
  }

  private func run(_ bed: NetworkTestbed, _ arguments: [String]) throws -> Completed {
    try bed.testbed.run([Testbed.tapster] + arguments)
  }

  @Test func aDHCPHostReloadsDnsmasqAndTouchesNothingElse() throws {
    let bed = try running()
    let trace = "\(Testbed.scratch)/trace"
    let rules = try bed.testbed.output(["nft", "-a", "list", "ruleset"])
    let process = try bed.testbed.read("/run/tapster/networks/default/dnsmasq.pid")
    try bed.testbed.output(
      ["strace", "-o", trace, "-e", "trace=vfork,clone,clone3,pidfd_send_signal", Testbed.tapster]
        + Self.addHost)
    let calls = try bed.testbed.read(trace)
    #expect(!calls.contains("vfork(") && !calls.contains("clone"), "\(calls)")
    #expect(calls.contains("SIGHUP"), "\(calls)")
    #expect(try bed.testbed.output(["nft", "-a", "list", "ruleset"]) == rules)
    #expect(try bed.testbed.read("/run/tapster/networks/default/dnsmasq.pid") == process)
    try bed.testbed.addHost("guest", port: "tap0", bridge: "virbr0")
    try bed.testbed.output(
      ["ip", "link", "set", "eth0", "address", "52:54:00:aa:bb:cc"], on: "guest")
    let told = try bed.testbed.output(
      [
        "busybox", "udhcpc", "-n", "-q", "-f", "-i", "eth0", "-t", "20", "-T", "1", "-s",
        "/bin/true",
      ], on: "guest", timeout: .patience)
    _ = told
    let leases = try bed.testbed.read("/var/lib/tapster/leases/default.leases")
    #expect(leases.contains("52:54:00:aa:bb:cc 192.168.122.50"), "\(leases)")
  }

  @Test func aRangeRestartsDnsmasqWithItsLeases() throws {
    let bed = try running()
    let rules = try bed.testbed.output(["nft", "-a", "list", "ruleset"])
    let process = try bed.testbed.read("/run/tapster/networks/default/dnsmasq.pid")
    let lease = "4102444800 52:54:00:01:02:03 192.168.122.150 guest *\n"
    try bed.testbed.write("/var/lib/tapster/leases/default.leases", lease)
    let changed = try run(
      bed,
      [
        "net-update", "default", "add", "dns-txt", "<txt name='a.example' value='hello'/>",
        "--live",
      ])
    #expect(changed.succeeded, "\(changed)")
    #expect(try bed.testbed.read("/run/tapster/networks/default/dnsmasq.pid") != process)
    #expect(try bed.testbed.output(["nft", "-a", "list", "ruleset"]) == rules)
    let answer = try bed.testbed.output([
      "busybox", "nslookup", "-type=txt", "a.example", "192.168.122.1",
    ])
    #expect(answer.contains("hello"), "\(answer)")
    #expect(
      try bed.testbed.read("/var/lib/tapster/leases/default.leases").contains("192.168.122.150"))
  }

  @Test func aChangeThatFailsLeavesAllAsItWas() throws {
    let bed = try running()
    try bed.testbed.write(
      "/etc/failing/dnsmasq", "#!/bin/sh\necho no luck >&2\nexit 3\n", mode: 0o755)
    let before = [try bed.testbed.read(Self.live), try bed.testbed.read(Self.definition)]
    let failed = try bed.testbed.run(
      [
        Testbed.tapster, "net-update", "default", "add", "dns-txt",
        "<txt name='a.example' value='hello'/>", "--live", "--config",
      ], environment: ["PATH": "/etc/failing:/usr/sbin:/usr/bin:/sbin:/bin"])
    #expect(failed.status == 1)
    #expect(failed.error.contains("no luck"), "\(failed)")
    #expect([try bed.testbed.read(Self.live), try bed.testbed.read(Self.definition)] == before)
    // dnsmasq could not be started again either; that is what repairing is for.
    try bed.tapster("net-repair", "default").checked()
    #expect(try bed.testbed.output(["ss", "-Hlnu"]).contains("192.168.122.1:53"))
    try bed.tapster("net-destroy", "default").checked()
  }

  /// SIGKILL at every so many system calls: after `net-repair` the network runs as its live XML
  /// says, and live and defined are both old or both new.
  @Test func aKilledChangeIsDoneOrNot() throws {
    let bed = try running()
    let trace = "\(Testbed.scratch)/trace"
    let old = [try bed.testbed.read(Self.live), try bed.testbed.read(Self.definition)]
    try bed.testbed.output(["strace", "-o", trace, Testbed.tapster] + Self.addHost)
    let new = [try bed.testbed.read(Self.live), try bed.testbed.read(Self.definition)]
    let hosts = try bed.testbed.read("/run/tapster/networks/default/dnsmasq.hosts")
    var counts: [Substring: Int] = [:]
    var points: [(name: String, occurrence: Int)] = []
    for line in try bed.testbed.read(trace).split(separator: "\n") {
      guard let end = line.firstIndex(of: "("), line.first?.isLetter == true else { continue }
      counts[line[..<end], default: 0] += 1
      points.append((String(line[..<end]), counts[line[..<end]] ?? 0))
    }
    var seen: Set<[String]> = []
    for (position, point) in points.enumerated() where position % 5 == 0 {
      // Back to the old, by the same command.
      if try bed.testbed.read(Self.live) == new[0] {
        try run(
          bed, Self.addHost.map { $0 == "add" ? "delete" : $0 }
        ).checked()
      }
      #expect([try bed.testbed.read(Self.live), try bed.testbed.read(Self.definition)] == old)
      _ = try bed.testbed.run(
        [
          "strace", "-o", trace, "-e",
          "inject=\(point.name):signal=KILL:when=\(point.occurrence)", Testbed.tapster,
        ] + Self.addHost)
      try bed.tapster("net-repair", "default").checked()
      let now = [try bed.testbed.read(Self.live), try bed.testbed.read(Self.definition)]
      #expect(now == old || now == new, "after \(point)")
      let isNew = now == new
      #expect(
        try bed.testbed.read("/run/tapster/networks/default/dnsmasq.hosts") == (isNew ? hosts : ""),
        "after \(point)")
      seen.insert(now)
    }
    #expect(seen == [old, new], "all were killed on one side of the change")
    try bed.tapster("net-destroy", "default").checked()
  }

  @Test func theBridgeOfARunningNetworkCannotBeAnother() throws {
    let bed = try running()
    let before = try bed.everything()
    let refused = try run(
      bed,
      [
        "net-update", "default", "modify", "bridge", "<bridge name='other0'/>", "--live",
      ])
    #expect(refused.status == 1, "\(refused)")
    try bed.expectNoChange(since: before)
  }
}
