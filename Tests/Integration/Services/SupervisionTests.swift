import Foundation
import Glibc
import TestSupport
import Testing

/// What `tapster-network@.service` runs: a dnsmasq that is killed comes back, and nothing else of
/// the network notices. The test is the service manager, which it stands in for by the unit's own
/// words.
@Suite(
  .enabled(if: Privilege.isRoot, "namespaces need root"),
  .enabled(if: Binaries.exists(Binaries.tapster), "tapster is not built"))
struct SupervisionTests {
  private let bed: NetworkTestbed
  private let unit: UnitFile

  init() throws {
    bed = try NetworkTestbed()
    unit = try UnitFile("tapster-network@.service")
    try bed.tapster("net-start", "default").checked()
    try bed.testbed.addHost("guest", port: "port0", bridge: "virbr0")
    try bed.testbed.ip(["link set eth0 address 52:54:00:00:00:07"], on: "guest")
    // What dhclient says is enough.
    try bed.testbed.write("\(Testbed.scratch)/script", "#!/bin/sh\n", mode: 0o755)
  }

  private func supervise() throws -> RunningProcess {
    try bed.testbed.spawn(unit.command(instance: "default"))
  }

  /// Whether the conditions hold under which systemd starts the unit, again as at first.
  private func isToBeStarted() -> Bool {
    unit.values("ConditionPathExists", instance: "default").allSatisfy(bed.testbed.exists)
  }

  /// The address that a guest is given, which asks until somebody answers.
  private func lease() throws -> String {
    let files = ["-lf", "\(Testbed.scratch)/leases", "-pf", "\(Testbed.scratch)/pid"]
    let command = ["dhclient", "-1", "-v", "-sf", "\(Testbed.scratch)/script"] + files + ["eth0"]
    try bed.testbed.output(["rm", "-f", "\(Testbed.scratch)/leases"])
    let said = try bed.testbed.run(command, on: "guest").checked()
    try bed.testbed.output(
      ["dhclient", "-x", "-sf", "\(Testbed.scratch)/script"] + files + ["eth0"], on: "guest")
    let bound = try #require(said.error.split(separator: "\n").last { $0.hasPrefix("bound to") })
    return String(bound.split(separator: " ")[2])
  }

  private func dnsmasq() throws -> Int32 {
    let text = try bed.testbed.read("/run/tapster/networks/default/dnsmasq.pid")
    return try #require(Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)))
  }

  private func program(_ process: Int32) throws -> String {
    try String(contentsOfFile: "/proc/\(process)/comm", encoding: .utf8)
  }

  /// Links and rules, which the kernel numbers: what was made anew has another number.
  private func surroundings() throws -> [String] {
    [
      try bed.testbed.output(["ip", "-o", "link"]),
      try bed.testbed.output(["nft", "--handle", "list", "ruleset"]),
    ]
  }

  @Test func aKilledDnsmasqComesBack() throws {
    #expect(isToBeStarted())
    #expect(unit.values("Restart") == ["always"])
    let address = try lease()
    let before = try surroundings()
    let first = try dnsmasq()

    // The one that net-start started is left alone while it lives.
    let service = try supervise()
    #expect(try lease() == address)
    #expect(try dnsmasq() == first)
    kill(first, SIGKILL)
    #expect(try lease() == address)
    #expect(try dnsmasq() == service.process)
    #expect(try program(service.process) == "dnsmasq\n")

    // From then on systemd sees its end, and starts the next.
    service.signal(SIGKILL)
    #expect(try service.wait() == .signalled(SIGKILL))
    #expect(isToBeStarted())
    let next = try supervise()
    #expect(try lease() == address)
    #expect(try dnsmasq() == next.process)
    #expect(try surroundings() == before)
    #expect(try bed.tapster("net-repair", "default").output.contains("is as it has to be"))

    // A network that is stopped stays stopped.
    try bed.tapster("net-destroy", "default").checked()
    #expect(try next.wait() == .exited(0))
    #expect(!isToBeStarted())
    let late = try bed.testbed.run(unit.command(instance: "default"))
    #expect(late.succeeded && late.output == "" && late.error == "", "\(late)")
    #expect(try bed.testbed.links().contains("virbr0") == false)
  }

  @Test(.enabled(if: Binaries.exists("/usr/bin/systemd-analyze"), "systemd's tools are needed"))
  func theUnitsLimitsAreWideEnough() throws {
    try bed.tapster("net-destroy", "default").checked()
    try bed.tapster("net-autostart", "default").checked()
    let atBoot = Confinement(of: try UnitFile("tapster-networks.service"), "boot")
    let (read, write) = try OpenDescriptor.pipe()
    var command = try bed.testbed.command(atBoot.command())
    command.descriptors[1] = write
    let start = try command.start()
    write.close()
    let said = try LineStream(reading: read)
    try #require(try said.lines(within: .patience) { $0 == "Network default started" } != nil)
    try bed.testbed.ip(["link set port0 master virbr0"])
    let address = try lease()
    let supervision = Confinement(of: unit, "supervision")
    let service = try bed.testbed.spawn(supervision.command(instance: "default"))
    kill(try dnsmasq(), SIGKILL)
    #expect(try start.wait() == .exited(0))
    #expect(try lease() == address)
    let own = try bed.testbed.output(["pgrep", "-P", "\(service.process)", "-x", "dnsmasq"])
    #expect(own == "\(try dnsmasq())\n")
    try bed.tapster("net-destroy", "default").checked()
    #expect(try service.wait() == .exited(0))
    #expect(try atBoot.forbiddenCalls(bed.testbed) == [])
    #expect(try supervision.forbiddenCalls(bed.testbed) == [])
  }

  @Test func whatWaitsEndsWithTheNetwork() throws {
    let service = try supervise()
    try bed.tapster("net-destroy", "default").checked()
    #expect(try service.wait() == .exited(0))
  }

  /// A change that needs another dnsmasq starts one of its own; the service waits for that one.
  @Test func changesAndRepairsAreNotInTheWay() throws {
    let service = try supervise()
    kill(try dnsmasq(), SIGKILL)
    let address = try lease()
    #expect(try dnsmasq() == service.process)
    try bed.testbed.output([
      "sed", "-i", "1a # another", "/run/tapster/networks/default/dnsmasq.conf",
    ])
    let repaired = try bed.tapster("net-repair", "default")
    #expect(repaired.output.contains("started dnsmasq anew"), "\(repaired)")
    #expect(try service.wait() == .exited(0))
    let next = try supervise()
    #expect(try dnsmasq() != next.process)
    kill(try dnsmasq(), SIGKILL)
    #expect(try lease() == address)
    #expect(try dnsmasq() == next.process)
  }

  @Test func aNetworkThatDoesNotExistIsNone() throws {
    let none = try bed.tapster("net-supervise", "none")
    #expect(none.status == 1)
    #expect(none.error.contains("no network with matching name 'none'"))
  }
}
