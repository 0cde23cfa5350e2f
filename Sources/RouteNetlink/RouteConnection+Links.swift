internal import CNetlink
internal import CNetlinkRoute
public import LinuxTypes

extension RouteConnection {
  /// What a bridge is made with (IFLA_BR_… of `<linux/if_link.h>`).
  public struct Bridge: Equatable, Sendable {
    /// Its name.
    public var name: InterfaceName
    /// Its Ethernet address.
    public var mac: MACAddress
    /// The largest packet, in bytes; nil for the kernel's standard.
    public var mtu: UInt32?
    /// Whether it takes part in the spanning tree protocol.
    public var stp: Bool
    /// How long a new port waits before it forwards, in hundredths of a second; with `stp` the
    /// kernel makes it two seconds at least.
    public var delay: UInt32

    /// Takes all of it.
    public init(name: InterfaceName, mac: MACAddress, mtu: UInt32?, stp: Bool, delay: UInt32) {
      self.name = name
      self.mac = mac
      self.mtu = mtu
      self.stp = stp
      self.delay = delay
    }
  }

  /// Creates a bridge, down. Throws if there is an interface of that name.
  public func create(_ bridge: Bridge) throws(RouteError) {
    let flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK
    try unsafe send(
      "create the bridge", bridge.name.description, type: Int32(RTM_NEWLINK), flags: flags
    ) {
      message in
      // SAFETY: the message is alive, each append copies the bytes given, and a nest is ended where
      // it began.
      var header = ifinfomsg()
      unsafe appendHeader(message, &header)
      unsafe append(message, Int32(IFLA_IFNAME), bridge.name.bytes + [0])
      unsafe append(message, Int32(IFLA_ADDRESS), bridge.mac.bytes)
      if let mtu = bridge.mtu { unsafe nla_put_u32(message, Int32(IFLA_MTU), mtu) }
      let information = unsafe nla_nest_start(message, Int32(IFLA_LINKINFO))
      unsafe append(message, Int32(IFLA_INFO_KIND), Array("bridge".utf8) + [0])
      let options = unsafe nla_nest_start(message, Int32(IFLA_INFO_DATA))
      // The kernel takes the delay first, so that one of less than two seconds is not refused for
      // the protocol's sake.
      unsafe nla_put_u32(message, Int32(IFLA_BR_FORWARD_DELAY), bridge.delay)
      unsafe nla_put_u32(message, Int32(IFLA_BR_STP_STATE), bridge.stp ? 1 : 0)
      unsafe nla_nest_end(message, options)
      unsafe nla_nest_end(message, information)
    }
  }

  /// Sets an interface up.
  public func setUp(_ index: InterfaceIndex) throws(RouteError) {
    try set("set up", index, flags: cnetlinkroute_IFF_UP)
  }

  /// Sets an interface down: the host neither takes nor gives a packet there any more.
  public func setDown(_ index: InterfaceIndex) throws(RouteError) {
    try set("set down", index, flags: 0)
  }

  private func set(_ operation: String, _ index: InterfaceIndex, flags: UInt32) throws(RouteError) {
    let kind = NLM_F_REQUEST | NLM_F_ACK
    try unsafe send(operation, "interface \(index.rawValue)", type: Int32(RTM_NEWLINK), flags: kind)
    {
      message in
      var header = ifinfomsg()
      header.ifi_index = index.rawValue
      header.ifi_flags = flags
      header.ifi_change = cnetlinkroute_IFF_UP
      unsafe appendHeader(message, &header)
    }
  }

  /// Sets the largest packet of an interface, in bytes.
  public func set(mtu: UInt32, of index: InterfaceIndex) throws(RouteError) {
    let kind = NLM_F_REQUEST | NLM_F_ACK
    try unsafe send(
      "set the MTU of", "interface \(index.rawValue)", type: Int32(RTM_NEWLINK), flags: kind
    ) { message in
      // SAFETY: the message is alive, and each call copies what it is given.
      var header = ifinfomsg()
      header.ifi_index = index.rawValue
      unsafe appendHeader(message, &header)
      unsafe nla_put_u32(message, Int32(IFLA_MTU), mtu)
    }
  }

  /// Sets whether a bridge takes part in the spanning tree protocol, and how long a new port waits,
  /// in hundredths of a second; two seconds at least if it does.
  public func set(stp: Bool, delay: UInt32, of index: InterfaceIndex) throws(RouteError) {
    // The kernel looks at the delay first, and refuses a shorter one while the protocol is on.
    if !stp { try set(Int32(IFLA_BR_STP_STATE), 0, of: index) }
    try set(Int32(IFLA_BR_FORWARD_DELAY), stp ? max(200, delay) : delay, of: index)
    if stp { try set(Int32(IFLA_BR_STP_STATE), 1, of: index) }
  }

  private func set(
    _ attribute: Int32, _ value: UInt32, of index: InterfaceIndex
  ) throws(RouteError) {
    let kind = NLM_F_REQUEST | NLM_F_ACK
    try unsafe send(
      "set the spanning tree protocol of", "interface \(index.rawValue)",
      type: Int32(RTM_NEWLINK), flags: kind
    ) { message in
      // SAFETY: as in `create`.
      var header = ifinfomsg()
      header.ifi_index = index.rawValue
      unsafe appendHeader(message, &header)
      let information = unsafe nla_nest_start(message, Int32(IFLA_LINKINFO))
      unsafe append(message, Int32(IFLA_INFO_KIND), Array("bridge".utf8) + [0])
      let options = unsafe nla_nest_start(message, Int32(IFLA_INFO_DATA))
      unsafe nla_put_u32(message, attribute, value)
      unsafe nla_nest_end(message, options)
      unsafe nla_nest_end(message, information)
    }
  }

  /// Deletes an interface.
  public func delete(_ index: InterfaceIndex) throws(RouteError) {
    let flags = NLM_F_REQUEST | NLM_F_ACK
    try unsafe send("delete", "interface \(index.rawValue)", type: Int32(RTM_DELLINK), flags: flags)
    {
      message in
      var header = ifinfomsg()
      header.ifi_index = index.rawValue
      unsafe appendHeader(message, &header)
    }
  }

  /// Gives an interface, which has to be down, another name.
  public func rename(_ index: InterfaceIndex, to name: InterfaceName) throws(RouteError) {
    let flags = NLM_F_REQUEST | NLM_F_ACK
    try unsafe send("rename", "interface \(index.rawValue)", type: Int32(RTM_NEWLINK), flags: flags)
    {
      message in
      // SAFETY: as in `create`.
      var header = ifinfomsg()
      header.ifi_index = index.rawValue
      unsafe appendHeader(message, &header)
      unsafe append(message, Int32(IFLA_IFNAME), name.bytes + [0])
    }
  }

  /// An interface as far as networks care.
  public struct Link: Equatable, Sendable {
    /// Its number.
    public let index: InterfaceIndex
    /// Its name.
    public let name: String
    /// Its Ethernet address, if it has one.
    public let mac: MACAddress?
    /// Whether it is a bridge.
    public let isBridge: Bool
    /// Whether it is set up.
    public let isUp: Bool
    /// The largest packet, in bytes.
    public let mtu: UInt32

    /// nil for what has neither number nor name.
    fileprivate init?(_ link: OpaquePointer) {
      // SAFETY: the link is alive, and its name ends with NUL; both are copied.
      guard let index = unsafe InterfaceIndex(rtnl_link_get_ifindex(link)),
        let name = unsafe rtnl_link_get_name(link)
      else { return nil }
      self.index = index
      self.name = unsafe String(cString: name)
      mac = unsafe RouteConnection.bytes(rtnl_link_get_addr(link)).flatMap { MACAddress(bytes: $0) }
      isBridge = unsafe rtnl_link_is_bridge(link) == 1
      isUp = unsafe rtnl_link_get_flags(link) & cnetlinkroute_IFF_UP != 0
      mtu = unsafe rtnl_link_get_mtu(link)
    }
  }

  /// An interface, as one looks at all of them.
  public struct KnownLink: Equatable, Sendable {
    /// Its number.
    public let index: InterfaceIndex
    /// Its name.
    public let name: InterfaceName
    /// What it is: `bridge`, `tun`, `veth`; empty for hardware.
    public let kind: String
    /// Its Ethernet address, if it has one.
    public let mac: MACAddress?
    /// What it is a port of.
    public let master: InterfaceIndex?
    /// Whether it is set up.
    public let isUp: Bool
    /// Whether it leads back to the host itself.
    public let isLoopback: Bool
    /// Its alias, if it has one.
    public let alias: String?
  }

  /// All interfaces, in the kernel's order.
  public func links() throws(RouteError) -> [KnownLink] {
    var cache: OpaquePointer?
    let result = unsafe rtnl_link_alloc_cache(socket, AF_UNSPEC, &cache)
    guard result >= 0, let cache = unsafe cache else {
      throw failed("list", "interfaces", result)
    }
    defer { unsafe nl_cache_free(cache) }
    var found: [KnownLink] = []
    var object = unsafe nl_cache_get_first(cache)
    while let link = unsafe object {
      // SAFETY: the cache holds links only, and they and their NUL-terminated texts live as long as
      // it does.
      if let index = unsafe InterfaceIndex(rtnl_link_get_ifindex(link)),
        let text = unsafe rtnl_link_get_name(link),
        let name = unsafe InterfaceName(String(cString: text))
      {
        let flags = unsafe rtnl_link_get_flags(link)
        found.append(
          KnownLink(
            index: index, name: name,
            kind: unsafe rtnl_link_get_type(link).map { unsafe String(cString: $0) } ?? "",
            mac: unsafe Self.bytes(rtnl_link_get_addr(link)).flatMap { MACAddress(bytes: $0) },
            master: unsafe InterfaceIndex(rtnl_link_get_master(link)),
            isUp: flags & cnetlinkroute_IFF_UP != 0,
            isLoopback: flags & cnetlinkroute_IFF_LOOPBACK != 0,
            alias: unsafe rtnl_link_get_ifalias(link).map { unsafe String(cString: $0) }))
      }
      unsafe object = nl_cache_get_next(link)
    }
    return found
  }

  /// The interface called `name`, or nil if there is none.
  public func link(_ name: InterfaceName) throws(RouteError) -> Link? {
    let terminated = (name.bytes + [0]).map { CChar(bitPattern: $0) }
    return try link(0, terminated, name.description)
  }

  /// The interface with that number, or nil if there is none.
  public func link(_ index: InterfaceIndex) throws(RouteError) -> Link? {
    try link(index.rawValue, nil, "interface \(index.rawValue)")
  }

  private func link(
    _ number: Int32, _ name: [CChar]?, _ subject: String
  ) throws(RouteError) -> Link? {
    var link: OpaquePointer?
    // SAFETY: the name is NUL-terminated; what libnl hands out is ours to put back, once.
    let result = unsafe rtnl_link_get_kernel(socket, number, name, &link)
    if result == -NLE_OBJ_NOTFOUND || result == -NLE_NODEV { return nil }
    guard result >= 0, let found = unsafe link else { throw failed("read", subject, result) }
    defer { unsafe rtnl_link_put(found) }
    return unsafe Link(found)
  }

  /// The name of the interface with that number, or nil if there is none.
  public func name(of index: InterfaceIndex) throws(RouteError) -> String? {
    try link(index)?.name
  }
}
