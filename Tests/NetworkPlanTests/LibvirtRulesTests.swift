import Foundation
import NetworkModel
import NetworkPlan
import TestSupport
import Testing

/// Where libvirt's are.
private enum LibvirtRules {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "shared/conformance/libvirt/firewall").path
}

/// Our rules and libvirt's for the same definition, both in the kernel, asked the same.
@Suite(
  .serialized,
  .enabled(if: Privilege.isRoot, "namespaces need root"),
  .enabled(
    if: FileManager.default.fileExists(atPath: LibvirtRules.folder),
    "../shared/conformance is not there")
)
struct LibvirtRulesTests {
  static let names =
    ((try? FileManager.default.contentsOfDirectory(atPath: LibvirtRules.folder)) ?? [])
    .filter { $0.hasSuffix("-linux.nftables") }.map { String($0.dropLast(15)) }.sorted()

  private static func text(_ file: String) throws -> String {
    try String(contentsOfFile: "\(LibvirtRules.folder)/\(file)", encoding: .utf8)
  }

  /// The commands of a file that decide what passes. Before they make the table they list it; and
  /// some versions have the bridge's queue complete checksums, which lets nothing pass and stops
  /// nothing.
  private static func rules(_ file: String) throws -> String {
    "\n\(try text(file))".replacing("nft \\\nlist \\", with: ": nft \\\nlist \\")
      .replacing("\ntc ", with: "\n: tc ")
  }

  @Test func thereAreRulesToCompare() { #expect(Self.names.count >= 6) }

  @Test(arguments: names)
  func whatPassesIsWhatPassesWithLibvirts(name: String) throws {
    let plan = try Plan(xml: Self.text("\(name).xml"))
    let ours = try Scene(plan)
    let theirs = try Scene(plan)
    try theirs.host.apply(FirewallPlan.removalOfAll)
    try theirs.host.testbed.output(
      ["sh", "-eu"],
      input: Self.rules("base.nftables") + "\n" + Self.rules("\(name)-linux.nftables"))

    let (our, their) = (try ours.answers(), try theirs.answers())
    for (question, answer) in our {
      #expect(answer == their[question], "\(question)")
    }
    // Neither lets all nor nothing pass, so there is something to compare.
    #expect(Set(our.values).count > 1)
  }
}

/// A network with guests `a` and `b`, the host before them, and two hosts outside, behind `uplink0`
/// (`outside`) and `enp0s7` (`elsewhere`).
private struct Scene {
  let host: RoutingHost
  private let addresses: [String]

  init(_ plan: Plan) throws {
    host = try RoutingHost([plan])
    try host.testbed.addHost(
      "elsewhere", port: "enp0s7", address: "203.0.113.2/24", portAddress: "203.0.113.1/24")
    try host.ip("address add 2001:db8:cafe::1/64 dev enp0s7 nodad")
    try host.ip("address add 2001:db8:cafe::2/64 dev eth0 nodad", on: "elsewhere")
    try host.ip("route add 192.168.0.0/16 via 203.0.113.1", on: "elsewhere")
    try host.ip("route add 2001:db8::/32 via 2001:db8:cafe::1", on: "elsewhere")

    let blocks = try #require(plan.bridge).addresses
    // All addresses of these definitions end in 1.
    func guest(_ number: Int) -> [String] {
      blocks.map { "\("\($0.address)".dropLast())\(number)" }
    }
    for (number, name) in [(2, "a"), (3, "b")] {
      let routers = [IPAddress.Family.ipv4, .ipv6].compactMap { family in
        blocks.first { $0.network.family == family }?.address.description
      }
      try host.addGuest(
        name, zip(guest(number), blocks).map { "\($0)/\($1.network.prefixLength)" },
        routers: routers)
      try host.serve(name, on: [80])
    }
    // Not of the network's, and the host finds it there.
    try host.ip("address add 192.168.77.7/32 dev eth0", on: "a")
    try host.ip("route add 192.168.77.7 dev virbr0")
    addresses = guest(2)
    for name in ["outside", "elsewhere", nil] { try host.serve(name, on: [53, 80]) }
    others = guest(3)
  }

  private let others: [String]

  /// Each question, and whether and how it was answered.
  func answers() throws -> [String: String] {
    var answers: [String: String] = [:]
    let outside = [
      ("outside", "198.51.100.2", "2001:db8:51::2"),
      ("elsewhere", "203.0.113.2", "2001:db8:cafe::2"),
    ]
    for transport in ["tcp", "udp"] {
      func ask(_ from: String?, _ address: String, own: (String, Int)? = nil) throws {
        let one = try host.connect(address, 80, from: from, over: transport, at: own)
        let parts = try one.ask("from").split(separator: " ")
        var answer = "no"
        if parts.count == 2, let port = Int(parts[1]) {
          answer = "\(parts[0]) \(port < 1024 ? "privileged" : "unprivileged")"
        }
        answers["\(transport) \(own?.0 ?? "") \(from ?? "host") to \(address)"] = answer
      }
      for (name, ipv4, ipv6) in outside {
        for own in addresses {
          try ask("a", own.contains(":") ? ipv6 : ipv4, own: (own, 600))
          try ask(name, own)
        }
        try ask("a", ipv4, own: ("192.168.77.7", 600))
        try ask(name, "192.168.77.7")
      }
      for own in addresses { try ask(nil, own) }
      // Of the same block, and of another one by way of the host.
      for other in others { try ask("a", other) }
      for (name, ipv4, ipv6) in outside where name == "outside" {
        try ask("a", "\(ipv4.dropLast())1")
        if addresses.contains(where: { $0.contains(":") }) { try ask("a", "\(ipv6.dropLast())1") }
      }
    }
    return answers
  }
}
