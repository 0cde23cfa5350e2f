/// Whether the bridges that taps are plugged into are there.
enum BridgeCheck {
  static func run(_ facts: HostFacts) -> CheckResult {
    facts.bridges.map { check($0, facts) }.reduce(CheckResult(), +)
  }

  private static func check(_ bridge: HostFacts.Bridge, _ facts: HostFacts) -> CheckResult {
    let network = facts.networks.first { $0.name == bridge.network }
    // One that does not run has no bridge of its own, and that it does not run is found already.
    if bridge.isNetworks, let network, !network.isActive || network.problem != nil {
      return CheckResult()
    }
    let repair = bridge.isNetworks ? bridge.network.map { NetworkCheck.repair($0) } : nil
    let name = ShellWord.quoted(bridge.name)
    let owner = bridge.network.map { ", which network \($0) is on" } ?? ""
    switch bridge.kind {
    case .missing:
      return .found(
        Finding(
          .bridgeMissing, "there is no bridge \(bridge.name)\(owner)",
          why: "taps are plugged into it",
          fix: repair ?? "ip link add \(name) address \(address(bridge.name)) up type bridge"))
    case .other:
      return .found(
        Finding(
          .bridgeKind, "\(bridge.name) is no bridge\(owner)", why: "taps are plugged into bridges",
          advice: "ip link show type bridge lists those that there are"))
    case .unseen: return CheckResult()
    case .bridge: break
    }
    if !bridge.isUp {
      return .found(
        Finding(
          .bridgeDown, "bridge \(bridge.name) is down", why: "it passes nothing on",
          fix: repair ?? "ip link set \(name) up"))
    }
    if !bridge.keepsAddress, let mac = bridge.mac {
      return .found(
        Finding(
          .bridgeAddress,
          "the Ethernet address of bridge \(bridge.name) changes with what is plugged in",
          why: "connections through the host break when it does",
          fix: "ip link set \(name) address \(mac)"))
    }
    return .fine("bridge \(bridge.name) is up")
  }

  /// An Ethernet address for a bridge, in QEMU's range: given, it stays; and the same for the same
  /// name, by a checksum (FNV-1a).
  private static func address(_ name: String) -> String {
    var sum: UInt32 = 0x811C_9DC5
    for byte in name.utf8 { sum = (sum ^ UInt32(byte)) &* 0x0100_0193 }
    let bytes = [0, 8, 16].map { shift in
      let text = String(sum >> shift & 0xFF, radix: 16)
      return text.utf8.count == 1 ? "0\(text)" : text
    }
    return "52:54:00:" + bytes.joined(separator: ":")
  }
}
