import TestSupport
import Testing

/// Networks that run while somebody empties `/run/tapster`: what is there of them is nobody's to
/// take away, and `net-repair` takes them over again.
@Suite(
  .enabled(if: Privilege.isRoot, "namespaces need root"),
  .enabled(if: Binaries.exists(Binaries.tapster), "tapster is not built"))
struct LostRecordTests {
  /// Networks `alone` and `out` run without a record; `other` is defined.
  private func scene() throws -> (bed: NetworkTestbed, empty: [String]) {
    let bed = try NetworkTestbed()
    for (number, name) in ["alone", "out", "other"].enumerated() {
      let forward = name == "alone" ? "" : "<forward mode='nat'/>"
      try bed.testbed.write(
        "/etc/tapster/networks/\(name).xml",
        """
        <network>
          <name>\(name)</name>\(forward)<bridge name='br-\(name)' stp='off'/>
          <ip address='10.9.\(number).1' prefix='24'>
            <dhcp><range start='10.9.\(number).2' end='10.9.\(number).99'/></dhcp>
          </ip>
        </network>

        """)
    }
    let empty = try bed.everything()
    try bed.tapster("net-start", "alone").checked()
    try bed.tapster("net-start", "out").checked()
    try bed.testbed.output(["rm", "-rf", "/run/tapster"])
    return (bed, empty)
  }

  private func rules(_ bed: NetworkTestbed) throws -> String {
    try bed.testbed.output(["nft", "list", "ruleset"])
  }

  @Test func anotherNetworkLeavesTheirRulesAlone() throws {
    let (bed, _) = try scene()
    let before = try rules(bed)
    try bed.tapster("net-start", "other").checked()
    #expect(try rules(bed).contains("br-other"))
    // It makes the whole table anew.
    try bed.testbed.output([
      "nft", "delete", "element", "inet", "tapster", "from_guests { \"br-other\" }",
    ])
    let repaired = try bed.tapster("net-repair", "other").checked()
    #expect(repaired.output.contains("firewall rules"), "\(repaired)")
    try bed.tapster("net-destroy", "other").checked()
    #expect(sorted(try rules(bed)) == sorted(before))
  }

  @Test(arguments: ["net-start", "net-destroy"])
  func theCommandThatTakesThemOverIsNamed(command: String) throws {
    let (bed, _) = try scene()
    let before = try bed.everything()
    let refused = try bed.tapster(command, "out")
    #expect(refused.status == 1)
    #expect(refused.error.contains("tapster net-repair out\n"), "\(refused)")
    try bed.expectNoChange(since: before)
  }

  @Test func whatIsTakenOverStopsAsEver() throws {
    let (bed, empty) = try scene()
    try bed.testbed.addHost("guest", port: "tap0", bridge: "br-out", address: "10.9.1.9/24")
    let before = try rules(bed)
    let repaired = try bed.tapster("net-repair").checked()
    for name in ["alone", "out"] {
      #expect(repaired.output.contains("Network \(name) repaired: took it over"), "\(repaired)")
    }
    #expect(sorted(try rules(bed)) == sorted(before))
    let ping = try bed.testbed.run(["busybox", "ping", "-c1", "-W20", "10.9.1.1"], on: "guest")
    #expect(ping.succeeded, "\(ping)")
    let again = try bed.tapster("net-repair", "out").checked()
    #expect(again.output == "Network out is as it has to be\n\n")
    try bed.testbed.ip(["link delete tap0"])
    for name in ["alone", "out"] { try bed.tapster("net-destroy", name).checked() }
    let left = try bed.changes(since: empty).filter { !$0.contains("netns") }
    // Who switched forwarding on is not known any more.
    #expect(left.allSatisfy { $0.contains("ip_forward") }, "\(left)")
  }

  /// One that is not defined cannot be taken over; its rules stay as long as its bridge.
  @Test func whatNobodyDefinesKeepsItsRules() throws {
    let (bed, _) = try scene()
    try bed.testbed.output(["rm", "/etc/tapster/networks/out.xml"])
    try bed.tapster("net-start", "other").checked()
    try bed.testbed.output([
      "nft", "delete", "element", "inet", "tapster", "from_guests { \"br-other\" }",
    ])
    let refused = try bed.tapster("net-repair", "other")
    #expect(refused.status == 1)
    #expect(refused.error.contains("ip link delete br-out\n"), "\(refused)")
    try bed.tapster("net-destroy", "other").checked()
    #expect(try rules(bed).contains("oifname \"br-out\"") || rules(bed).contains("\"br-out\" : "))
    try bed.testbed.output(["ip", "link", "delete", "br-out"])
    try bed.tapster("net-repair", "alone").checked()
    try bed.tapster("net-destroy", "alone").checked()
    #expect(try rules(bed) == "")
  }

  private func sorted(_ rules: String) -> [String] {
    rules.split { "\n,".contains($0) }.map { $0.split(separator: " ").joined(separator: " ") }
      .sorted()
  }
}
