import Foundation
import NetworkModel
import Testing

/// libvirt's own suites, read where they lie.
enum Corpus {
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "shared/conformance/libvirt").path
  static let isThere = FileManager.default.fileExists(atPath: root)

  static func text(_ path: String) throws -> String {
    try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8)
  }

  /// The file in `out`, or where there is none the one in `in`.
  static func expectedXML(_ name: String) throws -> String {
    let folder = names("xml/out").contains(name) ? "out" : "in"
    return try text("xml/\(folder)/\(name).xml")
  }

  static func names(_ folder: String) -> Set<String> {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)")) ?? []
    return Set(files.filter { $0.hasSuffix(".xml") }.map { String($0.dropLast(4)) })
  }
}

@Suite(.enabled(if: Corpus.isThere, "../shared/conformance is not there"))
struct XMLRoundTripTests {
  static let supported = [
    "isolated-network", "nat-network", "nat-network-forward-nat-no-address", "open-network",
    "routed-network", "set-mtu",
  ]
  /// What the network XML has beyond the default network, and a later issue adds.
  static let notYet: Set<String> = [
    "direct-net", "empty-allow-ipv6", "host-bridge-net", "hostdev", "hostdev-duplicate",
    "nat-network-dns-forward-plain", "nat-network-dns-forwarder-no-resolv",
    "nat-network-dns-forwarders", "nat-network-dns-hosts", "nat-network-dns-srv-record",
    "nat-network-dns-srv-record-minimal", "nat-network-dns-txt-record",
    "nat-network-explicit-flood", "nat-network-forward-nat-ipv6", "netboot-network",
    "open-network-with-forward-dev", "passthrough-address-crash", "passthrough-duplicate",
    "routed-network-no-dns", "routed-network-no-dns-extra-elements", "vepa-net",
  ]

  @Test func everyFileIsListed() {
    #expect(Corpus.names("xml/in") == Self.notYet.union(Self.supported))
  }

  @Test(arguments: supported)
  func isWrittenAsLibvirtWritesIt(name: String) throws {
    let network = try Network(xml: Array(Corpus.text("xml/in/\(name).xml").utf8), source: name)
    #expect(try network.xml == Corpus.expectedXML(name))
  }

  @Test(arguments: notYet.sorted())
  func isRefusedRatherThanLost(name: String) throws {
    let text = try Corpus.text("xml/in/\(name).xml")
    #expect(throws: NetworkXMLError.self) { try Network(xml: Array(text.utf8), source: name) }
  }
}
