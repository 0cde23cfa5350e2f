internal import CNetlink
internal import CNetlinkRoute
public import LinuxTypes

extension RouteConnection {
  /// An interface that is a port of a bridge.
  public struct BridgePort: Equatable, Sendable {
    /// Its name.
    public let name: InterfaceName
    /// Its Ethernet address, if it has one.
    public let mac: MACAddress?
    /// Its alias, if it has one.
    public let alias: String?
  }

  /// The ports of a bridge, in the kernel's order.
  public func ports(of bridge: InterfaceIndex) throws(RouteError) -> [BridgePort] {
    var cache: OpaquePointer?
    let result = unsafe rtnl_link_alloc_cache(socket, AF_UNSPEC, &cache)
    guard result >= 0, let cache = unsafe cache else {
      throw Self.error("list", "interfaces", result)
    }
    defer { unsafe nl_cache_free(cache) }
    var found: [BridgePort] = []
    var object = unsafe nl_cache_get_first(cache)
    while let link = unsafe object {
      // SAFETY: the cache holds links only, and they and their NUL-terminated texts live as long as
      // it does.
      if unsafe rtnl_link_get_master(link) == bridge.rawValue,
        let text = unsafe rtnl_link_get_name(link),
        let name = unsafe InterfaceName(String(cString: text))
      {
        let alias = unsafe rtnl_link_get_ifalias(link).map { unsafe String(cString: $0) }
        found.append(
          BridgePort(
            name: name,
            mac: unsafe Self.bytes(rtnl_link_get_addr(link)).flatMap { MACAddress(bytes: $0) },
            alias: alias))
      }
      unsafe object = nl_cache_get_next(link)
    }
    return found
  }
}
