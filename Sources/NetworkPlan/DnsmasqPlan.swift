internal import LinuxTypes
public import NetworkModel

/// One network's dnsmasq (`man 8 dnsmasq`), set up as libvirt does it: the same options in the same
/// order, and ours for its files beside them.
public struct DnsmasqPlan: Equatable, Sendable {
  /// Its configuration (`--conf-file`), which it reads once.
  public let configuration: String
  /// The file of hosts with an address of their own, which it reads again when told to.
  public let hosts: String
  /// The file of names for addresses, which it reads again when told to.
  public let names: String

  /// Whether the network has use for one: something to give out, or an address at which names can
  /// be asked for.
  public static func isNeeded(_ network: Network) -> Bool {
    if network.blocks.isEmpty { return false }
    return network.dns?.isEnabled ?? true
      || network.blocks.contains { $0.givesOut != nil || $0.tftpRoot != nil }
  }

  /// Plans the dnsmasq of a network on that bridge.
  ///
  /// Throws if a value would be more than one line of a file, and for what libvirt refuses here
  /// too.
  public init(_ network: Network, bridge: BridgeName, files: DnsmasqFiles) throws(Plan.Refusal) {
    let blocks = try Self.blocksWithDHCP(network)
    var hosts = ""
    for block in blocks {
      for host in block.givesOut?.hosts ?? [] {
        hosts += try Self.checked(Self.line(host, block.family), "host") + "\n"
      }
    }
    self.hosts = hosts
    names = Self.names(network.dns?.hosts ?? [])

    var lines = Lines()
    try lines.append("# Made by tapster for the network '\(network.name)', and again at each start")
    try lines.append("strict-order")
    try lines.appendNameService(network)
    if let process = files.process { try lines.append("pid-file=\(Self.quoted(process))") }
    if let user = files.user { try lines.append("user=\(user)") }
    // Only what arrives on the bridge is answered, and a bridge that has no address yet is waited
    // for.
    try lines.append("except-interface=lo")
    try lines.append("bind-dynamic")
    try lines.append("interface=\(bridge)")
    // An isolated network has no router, nor servers to ask. A router advertisement always makes
    // its sender a router, but can say that it is none for the next 0 seconds.
    if network.forward == nil {
      for line in ["dhcp-option=3", "no-resolv", "ra-param=*,0,0"] { try lines.append(line) }
    }
    try lines.appendRecords(network)
    try lines.appendDHCP(network, blocks, files)
    try lines.appendAdvertisements(network, blocks)
    for option in network.dnsmasqOptions { try lines.append(option) }
    configuration = lines.text
  }

  /// The block of IPv4 and the block of IPv6 that give out addresses, in this order.
  private static func blocksWithDHCP(_ network: Network) throws(Plan.Refusal) -> [AddressBlock] {
    var found: [AddressBlock] = []
    for family in [IPAddress.Family.ipv4, .ipv6] {
      let blocks = network.blocks.filter { $0.family == family && $0.givesOut != nil }
      if blocks.count > 1 { throw .severalDHCP(family) }
      found += blocks
    }
    return found
  }

  private static func line(_ host: DHCP.Host, _ family: IPAddress.Family) -> String {
    let parts: [String?] =
      switch family {
      case .ipv4:
        host.mac == nil
          ? [host.name?.text, host.address?.description]
          : [host.mac?.description, host.address?.description, host.name?.text]
      case .ipv6:
        [
          host.id.map { "id:\($0)" } ?? host.mac?.description, host.name?.text,
          host.address.map { "[\($0)]" },
        ]
      }
    return parts.compactMap { $0 }.joined(separator: ",") + suffix(host.lease)
  }

  /// A line for each address with all its names, as libvirt writes it.
  private static func names(_ hosts: [DNS.Host]) -> String {
    var order: [IPAddress] = []
    var names: [IPAddress: [HostName]] = [:]
    for host in hosts {
      if names[host.address] == nil { order.append(host.address) }
      names[host.address, default: []] += host.names
    }
    var text = ""
    for address in order {
      text += "\(address)\t"
      for name in names[address] ?? [] { text += "\(name)\t" }
      text += "\n"
    }
    return text
  }

  fileprivate static func suffix(_ lease: DHCP.Lease?) -> String {
    guard let lease else { return "" }
    if lease.expiry == 0 { return ",infinite" }
    return switch lease.unit {
    case .seconds: ",\(lease.expiry)s"
    case .minutes, nil: ",\(lease.expiry)m"
    case .hours: ",\(lease.expiry)h"
    }
  }

  /// `line`, if it is one.
  fileprivate static func checked(
    _ line: String, _ what: String
  ) throws(Plan.Refusal) -> String {
    for byte in line.utf8 where byte < 0x20 && byte != UInt8(ascii: "\t") || byte == 0x7F {
      throw .controlByte(what)
    }
    return line
  }

  /// A path as it stands in a configuration, where a quotation mark opens a text, a `#` after a
  /// space a comment, and a comma the next value.
  fileprivate static func quoted(_ path: FilePath) -> String {
    // Bytes that are not UTF-8 are replaced; no path of ours has any.
    let text = String(decoding: path.bytes, as: UTF8.self)
    guard text.utf8.contains(where: { "\" #,".utf8.contains($0) }) else { return text }
    var quoted = "\""
    for scalar in text.unicodeScalars {
      if scalar == "\"" || scalar == "\\" { quoted += "\\" }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\""
  }
}

extension AddressBlock {
  /// Its DHCP, if that gives addresses to anybody.
  var givesOut: DHCP? {
    guard let dhcp, !dhcp.ranges.isEmpty || !dhcp.hosts.isEmpty else { return nil }
    return dhcp
  }

  /// The domain of its reverse names (RFC 1035 section 3.5, RFC 3596 section 2.5); nil if the block
  /// does not end where a label does.
  var reverseDomain: String? {
    guard let length = network?.prefixLength else { return nil }
    let bits = family == .ipv4 ? 8 : 4
    guard length > 0, length < address.bytes.count * 8, length % bits == 0 else { return nil }
    let labels =
      family == .ipv4
      ? address.bytes.map { String($0) }
      : address.bytes.flatMap { [String($0 >> 4, radix: 16), String($0 & 15, radix: 16)] }
    return labels[..<(length / bits)].reversed().joined(separator: ".")
      + (family == .ipv4 ? ".in-addr.arpa" : ".ip6.arpa")
  }
}

/// The configuration as it grows.
private struct Lines {
  var text = ""

  mutating func append(_ line: String) throws(Plan.Refusal) {
    text += try DnsmasqPlan.checked(line, "dnsmasq's option '\(line.prefix { $0 != "=" })'") + "\n"
  }

  /// What names are asked of whom.
  mutating func appendNameService(_ network: Network) throws(Plan.Refusal) {
    let dns = network.dns ?? DNS()
    let isEnabled = dns.isEnabled ?? true
    if !isEnabled { try append("port=0") }
    if isEnabled {
      for forwarder in dns.forwarders {
        let domain = forwarder.domain.map { "/\($0)/" } ?? ""
        // `#` stands for the servers of the host.
        try append("server=\(domain)\(forwarder.address?.description ?? "#")")
      }
      // Where one is asked about everything, the host's servers are not.
      if dns.forwarders.contains(where: { $0.domain == nil && $0.address != nil }) {
        try append("no-resolv")
      }
    }
    if let domain = network.domain {
      if domain.localOnly == true { try append("local=/\(domain.name)/") }
      try append("domain=\(domain.name)")
      try append("expand-hosts")
    }
    guard isEnabled else { return }
    for block in network.blocks where block.localPtr == true {
      guard let domain = block.reverseDomain else {
        throw .noReverseDomain(block.family, prefixLength: block.network?.prefixLength ?? 0)
      }
      try append("local=/\(domain)/")
    }
    if dns.forwardsPlainNames == false {
      try append("domain-needed")
      try append("local=//")
    }
  }

  /// Texts and services.
  mutating func appendRecords(_ network: Network) throws(Plan.Refusal) {
    guard let dns = network.dns, dns.isEnabled ?? true else { return }
    for text in dns.texts { try append("txt-record=\(text.name),\(text.value)") }
    for service in dns.services {
      var line = "srv-host=_\(service.service)._\(service.transport)"
      if let domain = service.domain { line += ".\(domain)" }
      // Without a target, or with the root, the service is not there at all (RFC 2782).
      if let target = service.target, target != "." {
        line += ",\(target)"
        let port = service.port ?? 0
        let priority = service.priority ?? 0
        let weight = service.weight ?? 0
        // They are told apart by their places.
        if port != 0 || priority != 0 || weight != 0 { line += ",\(port == 0 ? 1 : port)" }
        if priority != 0 || weight != 0 { line += ",\(priority)" }
        if weight != 0 { line += ",\(weight)" }
      }
      try append(line)
    }
  }

  /// What is given out by DHCP and TFTP, and the files of hosts.
  mutating func appendDHCP(
    _ network: Network, _ blocks: [AddressBlock], _ files: DnsmasqFiles
  ) throws(Plan.Refusal) {
    let roots = network.blocks.filter { $0.family == .ipv4 }.compactMap(\.tftpRoot)
    if blocks.first?.family != .ipv4 { try appendTFTP(roots) }
    var leases = 0
    for block in blocks {
      guard let dhcp = block.givesOut, let subnet = block.network else { continue }
      let size = subnet.ipv4.map { "\($0.netmask)" } ?? "\(subnet.prefixLength)"
      for range in dhcp.ranges {
        let addresses = range.addresses
        try append(
          "dhcp-range=\(addresses.first),\(addresses.last),\(size)"
            + DnsmasqPlan.suffix(range.lease))
        leases = leases.addingReportingOverflow(addresses.count).partialValue
        // dnsmasq counts in 32 bits.
        if leases < 0 || leases > Int32.max { leases = Int(Int32.max) }
      }
      // Hosts that are named are served even if there is nothing for anybody else.
      if dhcp.ranges.isEmpty {
        try append("dhcp-range=\(block.address),static" + (subnet.ipv6 == nil ? "" : ",\(size)"))
      }
      guard block.family == .ipv4 else { continue }
      try append("dhcp-no-override")
      try append("dhcp-authoritative")
      try appendTFTP(roots)
      if let boot = dhcp.boot {
        try append("dhcp-boot=\(boot.file)" + (boot.server.map { ",,\($0)" } ?? ""))
      }
    }
    if leases > 0 { try append("dhcp-lease-max=\(leases)") }
    if !blocks.isEmpty {
      if let leases = files.leases { try append("dhcp-leasefile=\(DnsmasqPlan.quoted(leases))") }
      try append("dhcp-hostsfile=\(DnsmasqPlan.quoted(files.hosts))")
    }
    if network.dns?.isEnabled ?? true {
      try append("addn-hosts=\(DnsmasqPlan.quoted(files.names))")
    }
    if let mtu = network.mtu { try append("dhcp-option=option:mtu,\(mtu)") }
  }

  private mutating func appendTFTP(_ roots: [String]) throws(Plan.Refusal) {
    if !roots.isEmpty { try append("enable-tftp") }
    for root in roots { try append("tftp-root=\(root)") }
  }

  /// Router advertisements (RFC 4861): with DHCPv6 the addresses come from there, else from the
  /// guests themselves.
  mutating func appendAdvertisements(
    _ network: Network, _ blocks: [AddressBlock]
  ) throws(Plan.Refusal) {
    if blocks.contains(where: { $0.family == .ipv6 }) { return try append("enable-ra") }
    for block in network.blocks where block.family == .ipv6 {
      try append("dhcp-range=\(block.address),ra-only")
    }
  }
}
