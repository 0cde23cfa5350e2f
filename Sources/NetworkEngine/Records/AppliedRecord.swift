internal import LinuxHost
internal import LinuxTypes
internal import NetworkModel
internal import NetworkPlan

/// What a network's start puts into the host, written before the first of it is there.
///
/// So whoever finds it, after a crash too, knows all that may be there and how to tell that it is
/// ours.
struct AppliedRecord: Equatable {
  /// A bridge, which is ours if it has the address, and the name or the number.
  struct Bridge: Equatable {
    var name: BridgeName
    var mac: MACAddress
    /// The number that the kernel gave it; nil until it is there.
    var index: InterfaceIndex?
  }

  /// The bridge; nil for a network without one of ours.
  var bridge: Bridge?
  /// For which versions of IP the host forwards for this network.
  var forwards: Set<Forwarding> = []
  /// Whether it has a part of the firewall.
  var hasFirewall = false
  /// The bridge of the host's whose traffic it shapes.
  var shapes: BridgeName?

  /// The families (`ip`, `ip6`) in which Docker's chain has rules for the bridge.
  var docker: [String] = []

  /// Whether all that stands in its file is known to us; another version may note more.
  private(set) var isUnderstood = true

  private static let title = "tapster applied 1"

  /// The record in a file: a key and a value a line.
  var bytes: [UInt8] {
    var lines = [Self.title]
    if let bridge { lines += ["bridge \(bridge.name)", "mac \(bridge.mac)"] }
    if let index = bridge?.index { lines.append("index \(index.rawValue)") }
    for family in Forwarding.allCases where forwards.contains(family) {
      lines.append("forwards \(family.rawValue)")
    }
    if hasFirewall { lines.append("firewall yes") }
    if let shapes { lines.append("shapes \(shapes)") }
    lines += docker.map { "docker \($0)" }
    return Array(lines.map { $0 + "\n" }.joined().utf8)
  }

  /// What the start of a network that is planned like that puts in.
  init(_ plan: Plan) {
    bridge = plan.bridge.map { Bridge(name: $0.name, mac: $0.mac) }
    if plan.forwardsIPv4 { forwards.insert(.ipv4) }
    if plan.forwardsIPv6 { forwards.insert(.ipv6) }
    hasFirewall = FirewallPart(plan) != nil
    if plan.requiredBridgeBandwidth != nil { shapes = plan.requiredBridge }
  }

  /// The same with what the network's record says that no definition tells: Docker's part, and the
  /// bridge's number.
  func keepingFindings(of name: NetworkName) throws(EngineError) -> AppliedRecord {
    var record = self
    let noted = try Self.read(name)
    record.docker = noted?.docker ?? []
    record.bridge?.index = noted?.bridge?.index
    return record
  }

  /// What may be there while a network that is recorded like this becomes one like `other`.
  func union(_ other: AppliedRecord) -> AppliedRecord {
    var union = other
    union.forwards.formUnion(forwards)
    union.hasFirewall = hasFirewall || other.hasFirewall
    union.shapes = other.shapes ?? shapes
    union.bridge?.index = other.bridge?.index ?? bridge?.index
    union.docker = docker + other.docker.filter { !docker.contains($0) }
    return union
  }

  /// Reads what ``bytes`` wrote. Of anything else, what another version wrote, as much as is known
  /// to us.
  init(_ bytes: [UInt8]) {
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    isUnderstood = lines.first == Self.title[...]
    var name: BridgeName?
    var mac: MACAddress?
    var index: InterfaceIndex?
    for line in lines.dropFirst() {
      guard let space = line.firstIndex(of: " ") else {
        isUnderstood = false
        continue
      }
      let value = String(line[line.index(after: space)...])
      switch line[..<space] {
      case "bridge": name = BridgeName(value)
      case "mac": mac = MACAddress(value)
      case "index": index = Int32(value).flatMap { InterfaceIndex($0) }
      case "forwards": if let family = Forwarding(rawValue: value) { forwards.insert(family) }
      case "firewall": hasFirewall = true
      case "docker": docker.append(value)
      case "shapes": shapes = BridgeName(value)
      default: isUnderstood = false
      }
    }
    if let name, let mac { bridge = Bridge(name: name, mac: mac, index: index) }
  }

  /// The record of a network, nil if it has none. Throws if another version wrote more into it than
  /// is known to us.
  static func read(_ name: NetworkName) throws(EngineError) -> AppliedRecord? {
    let record = try readKnown(name)
    if let record, !record.isUnderstood { throw .otherVersion(name) }
    return record
  }

  /// The record of a network, or as much of it as is known to us, to take away; nil if it has none.
  static func readKnown(_ name: NetworkName) throws(EngineError) -> AppliedRecord? {
    try files { () throws(FileError) in try File.read(Places.record(name)) }
      .map { AppliedRecord($0) }
  }

  /// Makes it the record of a network.
  func write(_ name: NetworkName) throws(EngineError) {
    try files { () throws(FileError) in
      try File.replace(Places.record(name), with: bytes, mode: 0o644)
    }
  }
}
