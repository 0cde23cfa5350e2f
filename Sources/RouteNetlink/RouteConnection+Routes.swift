internal import CNetlink
internal import CNetlinkRoute
public import LinuxTypes

extension RouteConnection {
  /// A route of the main table to a block by way of a neighbour.
  public struct Route: Equatable, Hashable, Sendable {
    /// The lowest address of the block, and its size.
    public let destination: Address
    /// The neighbour's address, 4 or 16 bytes as the destination has.
    public let gateway: [UInt8]
    /// The lower, the better.
    public let metric: UInt32

    /// A route.
    public init(destination: Address, gateway: [UInt8], metric: UInt32) {
      self.destination = destination
      self.gateway = gateway
      self.metric = metric
    }
  }

  /// Makes a route over an interface that is up and has an address in the gateway's block.
  public func add(_ route: Route, over index: InterfaceIndex) throws(RouteError) {
    let flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK
    try unsafe send(
      "add a route over", "interface \(index.rawValue)", type: Int32(RTM_NEWROUTE), flags: flags
    ) { message in
      // SAFETY: the message is alive, and each call copies what it is given.
      var header = rtmsg()
      header.rtm_family = route.destination.family
      header.rtm_dst_len = UInt8(route.destination.prefixLength)
      header.rtm_table = UInt8(RT_TABLE_MAIN.rawValue)
      header.rtm_protocol = UInt8(RTPROT_BOOT)
      header.rtm_scope = UInt8(RT_SCOPE_UNIVERSE.rawValue)
      header.rtm_type = UInt8(RTN_UNICAST)
      unsafe appendHeader(message, &header)
      unsafe append(message, Int32(RTA_DST.rawValue), route.destination.bytes)
      unsafe append(message, Int32(RTA_GATEWAY.rawValue), route.gateway)
      unsafe nla_put_u32(message, Int32(RTA_OIF.rawValue), UInt32(index.rawValue))
      unsafe nla_put_u32(message, Int32(RTA_PRIORITY.rawValue), route.metric)
    }
  }

  /// Takes a route over an interface away.
  public func remove(_ route: Route, over index: InterfaceIndex) throws(RouteError) {
    try unsafe send(
      "remove a route over", "interface \(index.rawValue)", type: Int32(RTM_DELROUTE),
      flags: NLM_F_REQUEST | NLM_F_ACK
    ) { message in
      // SAFETY: as in `add`.
      var header = rtmsg()
      header.rtm_family = route.destination.family
      header.rtm_dst_len = UInt8(route.destination.prefixLength)
      header.rtm_table = UInt8(RT_TABLE_MAIN.rawValue)
      header.rtm_scope = UInt8(RT_SCOPE_NOWHERE.rawValue)
      unsafe appendHeader(message, &header)
      unsafe append(message, Int32(RTA_DST.rawValue), route.destination.bytes)
      unsafe append(message, Int32(RTA_GATEWAY.rawValue), route.gateway)
      unsafe nla_put_u32(message, Int32(RTA_OIF.rawValue), UInt32(index.rawValue))
      unsafe nla_put_u32(message, Int32(RTA_PRIORITY.rawValue), route.metric)
    }
  }

  /// A route as the kernel has it.
  public struct KnownRoute: Equatable, Sendable {
    /// Where it leads.
    public let destination: Address
    /// The neighbour that it leads by; nil for none, or several.
    public let gateway: [UInt8]?
    /// The lower, the better.
    public let metric: UInt32
    /// The first interface it goes over, or nil for a route without one (`blackhole` …).
    public let index: InterfaceIndex?
    /// Whether a router told the kernel, or a program of the host, of it by a router advertisement
    /// (RTPROT_RA).
    public let isAdvertised: Bool
  }

  /// The routes of all tables but `local`, which only repeats the addresses.
  public func routes() throws(RouteError) -> [KnownRoute] {
    var found: [KnownRoute] = []
    for family in [AF_INET, AF_INET6] {
      var cache: OpaquePointer?
      let result = unsafe rtnl_route_alloc_cache(socket, family, 0, &cache)
      guard result >= 0, let cache = unsafe cache else {
        throw failed("list", "routes", result)
      }
      defer { unsafe nl_cache_free(cache) }
      var object = unsafe nl_cache_get_first(cache)
      while let current = unsafe object {
        // SAFETY: the cache holds routes only, and they live as long as it does.
        if let route = unsafe known(current, family) { found.append(route) }
        unsafe object = nl_cache_get_next(current)
      }
    }
    return found
  }

  // SAFETY of the caller: `route` is a route of libnl's, alive during the call.
  private func known(_ route: OpaquePointer, _ family: Int32) -> KnownRoute? {
    guard unsafe rtnl_route_get_table(route) != UInt32(RT_TABLE_LOCAL.rawValue) else { return nil }
    let width = family == AF_INET ? 4 : 16
    let destination = unsafe rtnl_route_get_dst(route)
    // That of a default route has no bytes.
    let bytes = unsafe Self.bytes(destination).flatMap { $0.count == width ? $0 : nil }
    guard
      let block = unsafe Address(
        bytes: bytes ?? [UInt8](repeating: 0, count: width),
        prefixLength: bytes == nil ? 0 : Int(nl_addr_get_prefixlen(destination)))
    else { return nil }
    var index: InterfaceIndex?
    var gateway: [UInt8]?
    let hops = unsafe rtnl_route_get_nnexthops(route)
    if hops > 0 {
      let hop = unsafe rtnl_route_nexthop_n(route, 0)
      unsafe index = InterfaceIndex(rtnl_route_nh_get_ifindex(hop))
      if hops == 1 { gateway = unsafe Self.bytes(rtnl_route_nh_get_gateway(hop)) }
    }
    return unsafe KnownRoute(
      destination: block, gateway: gateway, metric: rtnl_route_get_priority(route), index: index,
      isAdvertised: rtnl_route_get_protocol(route) == UInt8(RTPROT_RA))
  }
}
