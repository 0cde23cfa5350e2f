public import LinuxTypes
public import NetworkModel

/// Where the files of one network's dnsmasq are.
public struct DnsmasqFiles: Equatable, Sendable {
  /// Hosts with an address of their own (`--dhcp-hostsfile`).
  public var hosts: FilePath
  /// Names for addresses (`--addn-hosts`).
  public var names: FilePath
  /// Where it writes its number; nil to leave that out.
  public var process: FilePath?
  /// Where it keeps leases; nil for its own place.
  public var leases: FilePath?
  /// Whom it turns into once it has its sockets; nil for its own choice.
  public var user: String?

  /// Takes the paths.
  public init(
    hosts: FilePath, names: FilePath, process: FilePath?, leases: FilePath?, user: String?
  ) {
    self.hosts = hosts
    self.names = names
    self.process = process
    self.leases = leases
    self.user = user
  }
}

/// One network's dnsmasq (`man 8 dnsmasq`), set up as libvirt does it.
public struct DnsmasqPlan: Equatable, Sendable {
  /// Its configuration (`--conf-file`).
  public let configuration: String
  /// The file of hosts with an address of their own.
  public let hosts: String
  /// The file of names for addresses.
  public let names: String

  /// Plans the dnsmasq of a network on that bridge.
  public init(_ network: Network, bridge: BridgeName, files: DnsmasqFiles) {
    let dhcp = network.blocks.compactMap(\.dhcp)
    hosts = dhcp.flatMap(\.hosts).map { Self.line($0) + "\n" }.joined()
    names = ""

    var lines = [
      "# Made by tapster for the network '\(network.name)', and again at each start of it.",
      "strict-order",
    ]
    if let domain = network.domain {
      if domain.localOnly == true { lines.append("local=/\(domain.name)/") }
      lines += ["domain=\(domain.name)", "expand-hosts"]
    }
    if let process = files.process { lines.append("pid-file=\(process.text)") }
    if let user = files.user { lines.append("user=\(user)") }
    // Only what arrives on the bridge is answered, and a bridge that has no address yet is waited
    // for.
    lines += ["except-interface=lo", "bind-dynamic", "interface=\(bridge)"]
    // An isolated network has no router, nor servers to ask.
    if network.forward == nil { lines += ["dhcp-option=3", "no-resolv", "ra-param=*,0,0"] }

    for block in network.blocks {
      guard let dhcp = block.dhcp, let subnet = block.network?.ipv4 else { continue }
      for range in dhcp.ranges {
        let addresses = range.addresses
        lines.append(
          "dhcp-range=\(addresses.first),\(addresses.last),\(subnet.netmask)"
            + Self.suffix(range.lease))
      }
      // Hosts that are named are served even if there is nothing for anybody else.
      if dhcp.ranges.isEmpty, !dhcp.hosts.isEmpty, let address = block.address.ipv4 {
        lines.append("dhcp-range=\(address),static,\(subnet.netmask)")
      }
      lines.append("dhcp-no-override")
    }
    if !dhcp.isEmpty {
      lines.append("dhcp-authoritative")
      let count = dhcp.flatMap(\.ranges).reduce(0) { $0 + $1.addresses.count }
      if count > 0 { lines.append("dhcp-lease-max=\(count)") }
      if let leases = files.leases { lines.append("dhcp-leasefile=\(leases.text)") }
      lines.append("dhcp-hostsfile=\(files.hosts.text)")
      if let mtu = network.mtu { lines.append("dhcp-option=option:mtu,\(mtu)") }
    }
    lines.append("addn-hosts=\(files.names.text)")
    for block in network.blocks {
      if let address = block.address.ipv6 {
        lines.append("dhcp-range=\(address),ra-only")
      }
    }
    configuration = lines.map { $0 + "\n" }.joined()
  }

  private static func line(_ host: DHCP.Host) -> String {
    let parts: [String?] =
      host.mac == nil
      ? [host.name?.text, host.address?.description]
      : [host.mac?.description, host.address?.description, host.name?.text]
    return parts.compactMap { $0 }.joined(separator: ",") + suffix(host.lease)
  }

  private static func suffix(_ lease: DHCP.Lease?) -> String {
    guard let lease else { return "" }
    if lease.expiry == 0 { return ",infinite" }
    return switch lease.unit {
    case .seconds: ",\(lease.expiry)s"
    case .minutes, nil: ",\(lease.expiry)m"
    case .hours: ",\(lease.expiry)h"
    }
  }
}

extension FilePath {
  /// The path as it stands in a configuration; bytes that are not UTF-8 are replaced, and none of
  /// ours are.
  fileprivate var text: String { String(decoding: bytes, as: UTF8.self) }
}
