internal import LinuxHost
internal import LinuxNetworking
internal import LinuxTypes
internal import NetworkModel
internal import NetworkPlan
internal import RouteNetlink

/// Brings a bridge into the kernel as it is planned.
enum BridgeSetup {
  /// Makes the bridge, down, with its addresses. Throws if there is an interface of its name.
  static func make(
    _ plan: BridgePlan, _ connection: borrowing RouteConnection
  ) throws(EngineError) -> InterfaceIndex {
    let name = plan.name.interface
    let link = try routes { () throws(RouteError) in
      try connection.create(
        RouteConnection.Bridge(
          name: name, mac: plan.mac, mtu: plan.mtu, stp: plan.stp, delay: plan.delay))
      return try connection.link(name)
    }
    guard let link else { throw .interfaceExists(plan.name) }
    for setting in BridgeSetting.all(plan) { try setting.apply() }
    for address in addresses(plan) {
      try routes { () throws(RouteError) in try connection.add(address, to: link.index) }
    }
    return link.index
  }

  /// Sets a bridge up, with what it can only have then.
  static func setUp(
    _ plan: BridgePlan, _ bridge: InterfaceIndex, _ connection: borrowing RouteConnection
  ) throws(EngineError) {
    try routes { () throws(RouteError) in
      if let shape = shape(plan.bandwidth) { try connection.shape(bridge, shape) }
      try connection.setUp(bridge)
      for route in staticRoutes(plan) { try connection.add(route, over: bridge) }
    }
  }

  /// The addresses that a bridge gets: the planned ones and, with IPv6, the link-local one that
  /// the kernel would give it when its first port has a carrier and nobody else answers to it a
  /// second later (RFC 4862): a guest's first question for routers comes before that.
  static func addresses(_ plan: BridgePlan) -> [RouteConnection.Address] {
    var addresses = plan.addresses.compactMap {
      RouteConnection.Address(
        bytes: $0.address.bytes, prefixLength: $0.network.prefixLength)
    }
    if plan.enablesIPv6 {
      let mac = plan.mac.bytes
      let bytes: [UInt8] =
        [0xFE, 0x80, 0, 0, 0, 0, 0, 0, mac[0] ^ 2, mac[1], mac[2], 0xFF, 0xFE] + mac[3...]
      if let address = RouteConnection.Address(bytes: bytes, prefixLength: 64) {
        addresses.append(address)
      }
    }
    return addresses
  }

  /// The routes to what lies behind guests.
  static func staticRoutes(_ plan: BridgePlan) -> [RouteConnection.Route] {
    plan.routes.compactMap { route in
      RouteConnection.Address(
        bytes: route.destination.base.bytes, prefixLength: route.destination.prefixLength
      ).map {
        RouteConnection.Route(
          destination: $0, gateway: route.gateway.bytes, metric: route.metric ?? 1)
      }
    }
  }

  /// How fast packets go to guests; nil for as fast as they can. In units as libvirt gives them to
  /// `tc`: `kbps` of 1000 bytes a second, `kb` of 1024 bytes.
  static func shape(_ bandwidth: Bandwidth?) -> RouteConnection.Shape? {
    guard let inbound = bandwidth?.inbound, inbound.average > 0 else { return nil }
    let rate = UInt64(inbound.average) * 1000
    return RouteConnection.Shape(
      rate: rate, ceiling: max(rate, inbound.peak.map { UInt64($0) * 1000 } ?? rate),
      burst: inbound.burst.map { UInt32(min(UInt64($0) * 1024, UInt64(UInt32.max))) })
  }
}

/// A switch of a bridge in `/proc/sys` or `/sys`.
struct BridgeSetting {
  /// Its file.
  let path: FilePath
  /// What it is to be.
  let value: String

  /// All of a bridge's. It has no IPv6 unless it has an address for it; and it takes neither routes
  /// nor addresses from a guest that advertises some.
  static func all(_ plan: BridgePlan) -> [BridgeSetting] {
    let directory = FilePath("/proc/sys/net/ipv6/conf").appending(plan.name.text)
    let settings = [
      ("disable_ipv6", plan.enablesIPv6 ? "0" : "1"), ("accept_ra", "0"), ("autoconf", "0"),
    ].map { BridgeSetting(path: directory.appending($0.0), value: $0.1) }
    return plan.isolatesPorts ? settings + [isolation(of: plan)] : settings
  }

  /// The mark by which the helper knows that ports are to be isolated, or its absence.
  static func isolation(of plan: BridgePlan) -> BridgeSetting {
    BridgeSetting(
      path: FilePath("/sys/class/net").appending(plan.name.text).appending("ifalias"),
      value: plan.isolatesPorts ? String(decoding: Link.isolationMark, as: UTF8.self) : "")
  }

  /// Whether it is as it is to be; so it is where the kernel has no IPv6, and no such file.
  var isRight: Bool {
    get throws(EngineError) {
      guard let bytes = try files({ () throws(FileError) in try File.read(path) }) else {
        return true
      }
      return Array(bytes.prefix { $0 != UInt8(ascii: "\n") }) == Array(value.utf8)
    }
  }

  /// Sets it.
  func apply() throws(EngineError) {
    try files { () throws(FileError) in
      if File.exists(path) { try File.write(Array("\(value)\n".utf8), into: path) }
    }
  }
}
