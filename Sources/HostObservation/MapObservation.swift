internal import AccessControl
internal import LinuxHost
internal import LinuxTypes
public import NetworkEngine
public import NetworkMap
public import NetworkModel
internal import RouteNetlink

/// Looks at what is plugged into what. Nothing is changed, and any user may look; what he may not
/// read is left out.
public struct MapObservation {
  private let links: [RouteConnection.KnownLink]
  private let addresses: [InterfaceIndex: [String]]
  private let routes: [RouteConnection.KnownRoute]
  private let users: NumberDatabase
  private let now: Int64
  private let words: (PortForward) -> HostMap.Forward

  /// The map at `now`, seconds since 1970. `words` says a forward as the command line has it.
  ///
  /// Throws if the kernel does not list its links, addresses and routes, or the networks cannot be
  /// listed.
  public static func map(
    now: Int64, words: @escaping (PortForward) -> HostMap.Forward
  ) throws(EngineError) -> HostMap {
    try MapObservation(now, words).map()
  }

  private init(
    _ now: Int64, _ words: @escaping (PortForward) -> HostMap.Forward
  ) throws(EngineError) {
    let connection = try asking { () throws(RouteError) in try RouteConnection.open() }
    links = try asking { () throws(RouteError) in try connection.links() }
    routes = try asking { () throws(RouteError) in try connection.routes() }
    var addresses: [InterfaceIndex: [String]] = [:]
    for (address, index) in try asking({ () throws(RouteError) in try connection.addresses() }) {
      guard let text = address.text, !address.isLinkLocal else { continue }
      addresses[index, default: []].append(text)
    }
    self.addresses = addresses
    users = NumberDatabase(((try? File.read(FilePath("/etc/passwd"))) ?? nil) ?? [])
    self.now = now
    self.words = words
  }

  private func map() throws(EngineError) -> HostMap {
    var map = HostMap(uplinks: uplinks)
    var bridges: Set<InterfaceName> = []
    for summary in try NetworkSummary.all() {
      guard summary.isActive else {
        map.inactive.append(summary.name.text)
        continue
      }
      // One whose file cannot be read runs all the same.
      let known = try? NetworkState.find(name: summary.name)
      let network = known?.network ?? Network(name: summary.name)
      if let bridge = network.bridgeName { bridges.insert(bridge.interface) }
      map.segments.append(segment(network))
    }
    for link in links where link.kind == "bridge" && !bridges.contains(link.name) {
      map.segments.append(
        HostMap.Segment(
          network: nil, mode: "", bridge: link.name.text, state: link.isUp ? .up : .down,
          addresses: addresses[link.index] ?? [], ports: ports(of: link, leases: [:])))
    }
    return map
  }

  // MARK: Ways out

  private var uplinks: [HostMap.Uplink] {
    links.compactMap { link in
      let families = ["IPv4", "IPv6"].filter { family in
        routes.contains { $0.isWayOut && $0.index == link.index && $0.family == family }
      }
      // A default route over `lo` is IPv6's way to say that there is none.
      if families.isEmpty || link.isLoopback { return nil }
      return HostMap.Uplink(
        interface: link.name.text, families: families, addresses: addresses[link.index] ?? [])
    }
  }

  // MARK: Networks

  private func segment(_ network: Network) -> HostMap.Segment {
    let link = network.bridgeName.flatMap { name in links.first { $0.name == name.interface } }
    var segment = HostMap.Segment(
      network: network.name.text, mode: network.forward?.mode.rawValue ?? "isolated",
      subnets: network.blocks.compactMap { $0.network?.description },
      isRouted: network.forward != nil && network.makesBridge,
      leavesBy: network.forward?.interfaces.map(\.text) ?? [], bridge: network.bridgeName?.text,
      state: link.map { $0.isUp ? .up : .down } ?? .missing,
      forwards: network.incoming?.forwards.map(words) ?? [])
    let guests = guests(of: network)
    guard let link else {
      segment.absent = guests
      return segment
    }
    segment.addresses = addresses[link.index] ?? []
    var leases: [String: HostMap.Guest] = [:]
    for guest in guests { if let mac = guest.mac { leases[mac] = guest } }
    segment.ports = ports(of: link, leases: leases)
    let present = Set(segment.ports.flatMap(\.guests).compactMap(\.mac))
    segment.absent = guests.filter { $0.mac.map { !present.contains($0) } ?? true }
    return segment
  }

  /// Who has leases; all those of one Ethernet address are one guest's.
  private func guests(of network: Network) -> [HostMap.Guest] {
    var guests: [HostMap.Guest] = []
    for lease in (try? Leases.of(network, now: now)) ?? [] {
      let mac = lease.mac?.description
      if let mac, let known = guests.firstIndex(where: { $0.mac == mac }) {
        guests[known].addresses.append("\(lease.address)")
        guests[known].name = guests[known].name ?? lease.hostName
      } else {
        guests.append(
          HostMap.Guest(name: lease.hostName, addresses: ["\(lease.address)"], mac: mac))
      }
    }
    return guests
  }

  // MARK: Ports

  private func ports(
    of bridge: RouteConnection.KnownLink, leases: [String: HostMap.Guest]
  ) -> [HostMap.Port] {
    let table = BridgeTable(bridge.name)
    return links.filter { $0.master == bridge.index }.map { link in
      let isTap = link.kind == "tun"
      // Behind hardware there may be a building full of them.
      let heard = table.addresses(on: link.name).map(\.description)
      let guests = heard.filter { isTap || leases[$0] != nil }.map {
        leases[$0] ?? HostMap.Guest(mac: $0)
      }
      return HostMap.Port(
        interface: link.name.text, kind: isTap ? "tap" : link.kind,
        owner: isTap ? owner(of: link.name) : nil, isUp: link.isUp, guests: guests)
    }
  }

  /// The name of the user who may attach to a tap, or his number; nil if that is nobody in
  /// particular.
  private func owner(of tap: InterfaceName) -> String? {
    guard let text = tap.setting("owner"), let number = UInt32(text) else { return nil }
    let name = users.names(of: number).first.map { String(decoding: $0, as: UTF8.self) }
    return name ?? "uid \(number)"
  }
}

extension InterfaceName {
  /// The name as text, for whoever escapes it.
  var text: String { String(decoding: bytes, as: UTF8.self) }
}

extension RouteConnection.KnownRoute {
  /// Whether it leads everywhere, also if only half of that, as a VPN has it.
  var isWayOut: Bool {
    destination.prefixLength == 0
      || (destination.prefixLength == 1 && destination.bytes.dropFirst().allSatisfy { $0 == 0 })
  }

  /// `IPv4` or `IPv6`.
  var family: String { destination.bytes.count == 4 ? "IPv4" : "IPv6" }
}

extension RouteConnection.Address {
  /// The address with the size of its block.
  var text: String? { IPAddress(bytes: bytes).map { "\($0)/\(prefixLength)" } }

  /// Whether every link has such a one, of IPv6.
  var isLinkLocal: Bool { bytes.count == 16 && bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80 }
}
