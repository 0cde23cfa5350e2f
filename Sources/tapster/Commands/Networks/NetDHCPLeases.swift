internal import CommandSyntax
internal import LinuxHost
internal import LinuxTypes
internal import NetworkEngine
internal import NetworkModel

enum NetDHCPLeases: Command {
  static var name: String { "net-dhcp-leases" }
  static let syntax = CommandSyntax(
    name, "show the leases of a network",
    "Shows which guest has which address by DHCP, and until when. Leases outlive the network's stop.",
    [NetworkOptions.network, mac, NetworkOptions.json])

  private static let mac = Text("mac", "only those of this MAC address")

  static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws(Failure) {
    let only = try arguments.value(of: mac)
    let text = try arguments.value(of: NetworkOptions.network)
    let network = try NetworkState.named(text).network
    let summary = "Failed to get leases info for \(text)"
    var wanted: MACAddress?
    if let only {
      wanted = MACAddress(only)
      if wanted == nil { throw Failure([summary, "invalid MAC address: \(only)"]) }
    }
    let leases = try Failure.during(summary) { () throws(EngineError) in
      try Leases.of(network, now: WallTime.now.seconds)
    }
    .filter { wanted == nil || $0.mac == wanted }
    .sorted(by: precedes)
    if arguments[NetworkOptions.json] { return output.show(.array(leases.map(json))) }
    var table = Table(head: [
      "Expiry Time", "MAC address", "Protocol", "IP address", "Hostname", "Client ID or DUID",
    ])
    for lease in leases {
      table.append([
        WallTime(seconds: lease.expiry ?? 0).local, lease.mac?.description ?? "-",
        lease.address.family.rawValue, "\(lease.address)/\(lease.prefixLength)",
        lease.hostName ?? "-", lease.clientID ?? "-",
      ])
    }
    output.show(table)
  }

  /// By MAC address, as virsh; those of one guest by their addresses.
  private static func precedes(_ left: Lease, _ right: Lease) -> Bool {
    func key(_ lease: Lease) -> [UInt8] {
      (lease.mac?.bytes ?? [UInt8](repeating: .max, count: 6))
        + [lease.address.family == .ipv4 ? 4 : 6] + lease.address.bytes
    }
    return key(left).lexicographicallyPrecedes(key(right))
  }

  private static func json(_ lease: Lease) -> JSONText {
    .object([
      ("expiry", lease.expiry.map { .number(Int($0)) } ?? .null), ("mac", .optional(lease.mac)),
      ("family", .text(lease.address.family.rawValue)), ("address", .text("\(lease.address)")),
      ("prefix", .number(lease.prefixLength)), ("hostname", .optional(lease.hostName)),
      ("client-id", .optional(lease.clientID)),
      ("iaid", lease.interfaceID.map { .number(Int($0)) } ?? .null),
    ])
  }
}
