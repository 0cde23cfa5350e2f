import Foundation
import TestSupport
import Testing

/// An administrator gives the bridge of a running network another name.
@Suite(
  .enabled(if: Privilege.isRoot, "namespaces need root"),
  .enabled(if: Binaries.exists(Binaries.tapster), "tapster is not built"))
struct RenamedBridgeTests {
  private func rename(_ bridge: String, to name: String, in bed: NetworkTestbed) throws {
    try bed.testbed.ip([
      "link set \(bridge) down", "link set \(bridge) name \(name)", "link set \(name) up",
    ])
  }

  private func address(_ link: String, in bed: NetworkTestbed) throws -> String {
    try #require(
      bed.testbed.json(["ip", "-j", "link", "show", link])[0]["address"].string)
  }

  @Test func itGoesWithTheNetwork() throws {
    let bed = try NetworkTestbed()
    let before = try bed.everything()
    try bed.tapster("net-start", "default").checked()
    try rename("virbr0", to: "mine", in: bed)
    try bed.tapster("net-destroy", "default").checked()
    try bed.expectNoChange(since: before)
  }

  @Test func aStrangersStaysThoughItHasTheAddress() throws {
    let bed = try NetworkTestbed()
    try bed.tapster("net-start", "default").checked()
    let address = try address("virbr0", in: bed)
    try bed.testbed.ip([
      "link delete virbr0", "link add mine type bridge", "link set mine address \(address)",
    ])
    try bed.tapster("net-destroy", "default").checked()
    #expect(try bed.testbed.links() == ["lo", "mine"])
  }

  /// After a start of the machine with a `/run` that outlives it, numbers are of other things.
  @Test func anotherNetworksStaysThoughItHasAddressAndNumber() throws {
    let bed = try NetworkTestbed()
    try bed.tapster("net-start", "default").checked()
    let mac = try address("virbr0", in: bed)
    try bed.testbed.write(
      "/etc/tapster/networks/other.xml",
      "<network><name>other</name><bridge name='br-other'/><mac address='\(mac)'/></network>\n")
    try bed.testbed.ip(["link delete virbr0"])
    try bed.tapster("net-start", "other").checked()
    let number = try #require(
      bed.testbed.json(["ip", "-j", "link", "show", "br-other"])[0]["ifindex"].integer)
    let record = try bed.testbed.read("/run/tapster/networks/default/applied")
    let lines = record.split(separator: "\n").map {
      $0.hasPrefix("index ") ? "index \(number)\n" : "\($0)\n"
    }
    #expect(lines.contains("index \(number)\n"), "\(record)")
    try bed.testbed.write("/run/tapster/networks/default/applied", lines.joined())
    try bed.tapster("net-destroy", "default").checked()
    #expect(try bed.testbed.links() == ["lo", "br-other"])
  }

  @Test func repairGivesItsNameBackAndGuestsStay() throws {
    let bed = try NetworkTestbed()
    let standard = try bed.testbed.read("/etc/tapster/networks/default.xml")
    try bed.testbed.write(
      "/etc/tapster/networks/default.xml",
      standard.replacingOccurrences(of: "stp='on'", with: "stp='off'"))
    try bed.tapster("net-start", "default").checked()
    try bed.testbed.addHost("guest", port: "tap0", bridge: "virbr0", address: "192.168.122.9/24")
    try rename("virbr0", to: "mine", in: bed)
    let repaired = try bed.tapster("net-repair", "default").checked()
    #expect(repaired.output.contains("gave bridge mine its name virbr0 back"), "\(repaired)")
    let ping = try bed.testbed.run(
      ["busybox", "ping", "-c1", "-W20", "192.168.122.1"], on: "guest")
    #expect(ping.succeeded, "\(ping)")
    try bed.testbed.ip(["link delete tap0"])
    try bed.tapster("net-destroy", "default").checked()
    #expect(try bed.testbed.links() == ["lo"])
  }
}
