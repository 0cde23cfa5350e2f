internal import LinuxHost
internal import LinuxTypes
internal import NetworkModel

/// What a network's start puts into the host, written before the first of it is there.
///
/// So whoever finds it, after a crash too, knows all that may be there and how to tell that it is
/// ours.
struct AppliedRecord: Equatable {
  /// The bridge; it is ours if it has ``mac``.
  var bridge: BridgeName
  /// The bridge's Ethernet address.
  var mac: MACAddress
  /// Whether the host forwards for this network.
  var forwardsIPv4: Bool
  /// Whether it has a part of the firewall.
  var hasFirewall: Bool

  private static let title = "tapster applied 1"

  /// The record in a file: a key and a value a line.
  var bytes: [UInt8] {
    var lines = [Self.title, "bridge \(bridge)", "mac \(mac)"]
    if forwardsIPv4 { lines.append("forwards ipv4") }
    if hasFirewall { lines.append("firewall yes") }
    return Array(lines.map { $0 + "\n" }.joined().utf8)
  }

  init(bridge: BridgeName, mac: MACAddress, forwardsIPv4: Bool, hasFirewall: Bool) {
    self.bridge = bridge
    self.mac = mac
    self.forwardsIPv4 = forwardsIPv4
    self.hasFirewall = hasFirewall
  }

  /// Reads what ``bytes`` wrote; nil for anything else.
  init?(_ bytes: [UInt8]) {
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    guard lines.first == Self.title[...] else { return nil }
    var bridge: BridgeName?
    var mac: MACAddress?
    (forwardsIPv4, hasFirewall) = (false, false)
    for line in lines.dropFirst() {
      guard let space = line.firstIndex(of: " ") else { return nil }
      let value = line[line.index(after: space)...]
      switch line[..<space] {
      case "bridge": bridge = BridgeName(String(value))
      case "mac": mac = MACAddress(String(value))
      case "forwards": forwardsIPv4 = true
      case "firewall": hasFirewall = true
      default: return nil
      }
    }
    guard let bridge, let mac else { return nil }
    self.bridge = bridge
    self.mac = mac
  }

  /// The record of a network, nil if it has none.
  static func read(_ name: NetworkName) throws(EngineError) -> AppliedRecord? {
    try files { () throws(FileError) in try File.read(Places.record(name)) }
      .flatMap { AppliedRecord($0) }
  }

  /// Makes it the record of a network.
  func write(_ name: NetworkName) throws(EngineError) {
    try files { () throws(FileError) in
      try File.replace(Places.record(name), with: bytes, mode: 0o644)
    }
  }
}
