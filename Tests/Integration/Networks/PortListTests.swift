import Foundation
import TestSupport
import Testing

/// `net-port-list` of bridges with something plugged in, against what `ip` says is.
@Suite(
  .requiresHelper, .enabled(if: Binaries.exists(Binaries.tapster), "tapster is not built"))
struct PortListTests {
  private static let list = [Testbed.tapster, "net-port-list", "default"]

  /// The lines of a table without its head; the words of each.
  private func rows(_ text: String) -> [[String]] {
    text.split(separator: "\n").dropFirst(2).map { $0.split(separator: " ").map(String.init) }
  }

  @Test func guestsComeAndGo() throws {
    let bed = try NetworkTestbed()
    let testbed = bed.testbed
    try testbed.write("/etc/tapster/acl.conf", "allow virbr0 user=build taps=2\n")
    let refused = try testbed.run(Self.list)
    #expect(refused.status == 1 && refused.error.contains("is not active"), "\(refused)")
    try bed.tapster("net-start", "default").checked()
    #expect(try testbed.json(Self.list + ["--json"]) == .array([]))

    try testbed.addHost("guest", port: "to-guest", bridge: "virbr0")
    let tap = try testbed.requestTap(["--br=virbr0"])
    #expect(tap.isGrant())
    // A link of the host's that is not plugged in.
    try testbed.ip(["link add alone type bridge"])
    let names = Set(try tap.interfaceNames() + ["to-guest"])

    let ports = try testbed.json(Self.list + ["--json"]).array
    let links = try testbed.json(["ip", "-j", "-d", "link", "show", "master", "virbr0"]).array
    func words(_ keys: [String], of things: [JSON]) -> Set<[String?]> {
      Set(things.map { thing in keys.map { thing[$0].string } })
    }
    #expect(
      words(["interface", "mac", "alias"], of: ports)
        == words(["ifname", "address", "ifalias"], of: links))
    #expect(Set(ports.compactMap { $0["interface"].string }) == names)
    let owner = ports.compactMap { $0["alias"].string }
    let words = try #require(owner.count == 1 ? owner[0] : nil, "\(owner)").split(separator: " ")
    #expect(words.contains("uid=\(Credentials.build.user)"), "\(words)")
    #expect(words.contains("rule=/etc/tapster/acl.conf:1"), "\(words)")

    // The other ways to list say the same, to anybody.
    let uuids = ports.compactMap { $0["uuid"].string }
    #expect(uuids.allSatisfy { UUID(uuidString: $0) != nil } && Set(uuids).count == 2, "\(uuids)")
    let table = try testbed.output(Self.list, as: .build)
    #expect(rows(table) == uuids.map { [$0] }, "\(table)")
    let bare = try testbed.output(Self.list + ["--uuid"], as: .build)
    #expect(bare.split(separator: "\n").map(String.init) == uuids)
    let wide = try testbed.output(Self.list + ["--ports"], as: .build)
    #expect(wide.contains("UUID") && wide.contains("Interface") && wide.contains("Owner"))
    let described: [String] = ports.map { port in
      ["uuid", "interface", "mac", "alias"].map { port[$0].string ?? "-" }.joined(separator: " ")
    }
    #expect(rows(wide).map { $0.joined(separator: " ") } == described)

    // A port is gone with its guest, and the same one when it comes again.
    try testbed.ip(["link set to-guest nomaster"])
    let without = try testbed.json(Self.list + ["--json"]).array
    #expect(without.compactMap { $0["interface"].string } == (try tap.interfaceNames()))
    try testbed.ip(["link set to-guest master virbr0"])
    #expect(try testbed.json(Self.list + ["--json"]).array == ports)
    try bed.tapster("net-destroy", "default").checked()
    #expect(try testbed.run(Self.list).status == 1)
  }

  /// The same name on another network's bridge is another port.
  @Test func portsAreListedWhereTheyAre() throws {
    let bed = try NetworkTestbed()
    try bed.testbed.write(
      "/etc/tapster/networks/other.xml",
      "<network><name>other</name><bridge name='virbr1'/></network>\n")
    for name in ["default", "other"] { try bed.tapster("net-start", name).checked() }
    func ports(_ network: String) throws -> [JSON] {
      try bed.testbed.json([Testbed.tapster, "net-port-list", network, "--json"]).array
    }
    try bed.testbed.addHost("guest", port: "to-guest", bridge: "virbr0")
    let first = try ports("default")
    #expect(first.count == 1)
    #expect(try ports("other") == [])
    try bed.testbed.ip(["link set to-guest master virbr1"])
    #expect(try ports("default") == [])
    let second = try ports("other")
    #expect(second.count == 1 && second[0]["interface"] == first[0]["interface"])
    #expect(second[0]["uuid"] != first[0]["uuid"])
  }
}
