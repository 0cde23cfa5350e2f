import Foundation
import TestSupport
import Testing

/// `net-repair` puts right what others broke, and nothing else.
@Suite(
  .enabled(if: Privilege.isRoot, "namespaces need root"),
  .enabled(if: Binaries.exists(Binaries.tapster), "tapster is not built"))
struct RepairTests {
  private static let network = """
    <network>
      <name>lab</name>
      <forward mode='nat'><nat ipv6='yes'/></forward>
      <bridge name='virbr6' stp='off'/>
      <mtu size='1400'/>
      <bandwidth><inbound average='1000'/><outbound average='1000'/></bandwidth>
      <ip address='192.168.77.1' netmask='255.255.255.0'>
        <dhcp><range start='192.168.77.100' end='192.168.77.200'/></dhcp>
      </ip>
      <ip family='ipv6' address='fd00:77::1' prefix='64'/>
      <route address='10.99.0.0' prefix='16' gateway='192.168.77.2'/>
    </network>

    """

  private func running() throws -> NetworkTestbed {
    let bed = try NetworkTestbed()
    try bed.testbed.write("/etc/tapster/networks/lab.xml", Self.network)
    try bed.tapster("net-start", "lab").checked()
    try bed.tapster("net-start", "default").checked()
    return bed
  }

  /// What can be broken without the kernel giving out new numbers.
  private static let breakages: [[String]] = [
    ["ip", "link", "set", "virbr6", "mtu", "1300"],
    ["ip", "link", "set", "virbr6", "type", "bridge", "stp_state", "1"],
    ["ip", "link", "set", "virbr6", "down"],
    ["ip", "address", "delete", "192.168.77.1/24", "dev", "virbr6"],
    ["ip", "-6", "address", "delete", "fd00:77::1/64", "dev", "virbr6"],
    ["ip", "route", "delete", "10.99.0.0/16"],
    ["tc", "qdisc", "delete", "dev", "virbr6", "root"],
    ["sysctl", "-qw", "net.ipv6.conf.virbr6.accept_ra=1"],
    ["sysctl", "-qw", "net.ipv4.ip_forward=0"],
    ["sysctl", "-qw", "net.ipv6.conf.all.forwarding=0"],
    ["nft", "flush", "ruleset"],
    ["nft", "delete", "table", "inet", "tapster"],
    ["nft", "flush", "chain", "inet", "tapster", "forward"],
    ["nft", "flush", "chain", "inet", "tapster", "from_guests_virbr6"],
    ["nft", "delete", "element", "inet", "tapster", "from_guests", "{ \"virbr6\" }"],
    ["rm", "/run/tapster/networks/lab/applied"],
  ]

  @Test func whatIsWholeIsLeftAlone() throws {
    let bed = try running()
    let (rules, before) = (try bed.sortedRules(), try bed.everything().dropFirst())
    let network = try bed.addressesAndRoutes()
    for name in ["lab", "default"] {
      let repaired = try bed.tapster("net-repair", name).checked()
      #expect(repaired.output == "Network \(name) is as it has to be\n\n")
    }
    #expect(try bed.addressesAndRoutes() == network)
    #expect(try bed.sortedRules() == rules)
    #expect(try bed.everything().dropFirst() == before)
  }

  @Test(arguments: breakages)
  func whatIsBrokenIsWholeAgain(breakage: [String]) throws {
    let bed = try running()
    let rules = try bed.sortedRules()
    let before = try bed.everything().dropFirst()
    let network = try bed.addressesAndRoutes()
    try bed.testbed.output(breakage)
    #expect(
      try bed.addressesAndRoutes() != network || bed.sortedRules() != rules
        || bed.everything().dropFirst() != before, "it breaks nothing")
    let said = try bed.tapster("net-repair", "lab").checked()
    #expect(try bed.addressesAndRoutes() == network, "\(said)")
    #expect(try bed.sortedRules() == rules, "\(said)")
    #expect(try bed.everything().dropFirst() == before, "\(said)")
  }

  @Test func aDnsmasqThatDiedIsStartedWithItsLeases() throws {
    let bed = try running()
    let place = "/run/tapster/networks/lab/dnsmasq.pid"
    let old = try bed.testbed.read(place)
    let lease = "4102444800 52:54:00:01:02:03 192.168.77.150 guest *\n"
    try bed.testbed.write("/var/lib/tapster/leases/lab.leases", lease)
    let process = old.trimmingCharacters(in: .whitespacesAndNewlines)
    try bed.testbed.output(["kill", "-KILL", process])
    // It takes a processor to die.
    try bed.testbed.output(["tail", "--pid=\(process)", "-s", "0.05", "-f", "/dev/null"])
    let repaired = try bed.tapster("net-repair", "lab").checked()
    #expect(repaired.output.contains("dnsmasq"), "\(repaired)")
    #expect(try bed.testbed.read(place) != old)
    #expect(try bed.testbed.output(["ss", "-Hlnu"]).contains("192.168.77.1:53"))
    let kept = try bed.testbed.read("/var/lib/tapster/leases/lab.leases")
    #expect(kept.contains("192.168.77.150"), "\(kept)")
  }

  @Test func aBridgeThatWasDeletedIsThereAgainAndServesGuests() throws {
    let traffic = try NetworkTraffic()
    try traffic.bed.testbed.output(["ip", "link", "delete", "virbr0"])
    try traffic.bed.tapster("net-repair", "default").checked()
    try traffic.addGuest("seven")
    #expect(try traffic.ask("198.51.100.2", from: "seven").hasPrefix("198.51.100.1 "))
  }

  @Test func guestsStayPluggedIn() throws {
    let bed = try running()
    try bed.testbed.addHost("guest", port: "tap0", bridge: "virbr6", address: "192.168.77.9/24")
    try bed.testbed.output(["ip", "address", "flush", "dev", "virbr6"])
    try bed.testbed.output(["nft", "flush", "ruleset"])
    try bed.tapster("net-repair").checked()
    let master = try bed.testbed.json(["ip", "-j", "link", "show", "tap0"]).array[0]["master"]
    #expect(master.string == "virbr6")
    #expect(
      try bed.testbed.run(["busybox", "ping", "-c1", "-W20", "192.168.77.1"], on: "guest")
        .succeeded)
  }
}

extension NetworkTestbed {
  /// What belongs to links, in lines that the kernel's order does not change, without the traffic
  /// that was counted and without how long an address lasts.
  fileprivate func addressesAndRoutes() throws -> [String] {
    try testbed.output([
      "sh", "-euc",
      """
      ip -br address
      ip route show table main
      ip -6 route show table main
      ip -d -o link show type bridge | sed -E 's/ (hello|tcn|topology_change|gc)_timer +[0-9.]+//g'
      tc class show
      cat /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv6/conf/all/forwarding
      cat /proc/sys/net/ipv6/conf/virbr6/accept_ra
      """,
    ]).split(separator: "\n").map { line in
      line.split(separator: " ").sorted().joined(separator: " ")
    }.sorted()
  }

  /// The lines of all rules, in any order.
  fileprivate func sortedRules() throws -> [String] {
    try testbed.output(["nft", "list", "ruleset"]).split { "\n,".contains($0) }
      .map { $0.trimmingCharacters(in: .whitespaces) }.sorted()
  }
}
