internal import CNetlink
internal import CNetlinkRoute
public import LinuxTypes

/// A socket of routing netlink, by way of libnl-route (`man 7 rtnetlink`).
///
/// Every request waits for the kernel's answer, and what it makes is made alone: nothing that
/// exists is changed.
@safe
public struct RouteConnection: ~Copyable {
  let socket: OpaquePointer

  /// Opens one.
  public static func open() throws(RouteError) -> RouteConnection {
    // SAFETY: the pointer is checked, and freed in `deinit` and nowhere else.
    guard let socket = unsafe nl_socket_alloc() else {
      throw error("open", "routing netlink", -NLE_NOMEM)
    }
    let connection = unsafe RouteConnection(socket: socket)
    let result = unsafe nl_connect(socket, NETLINK_ROUTE)
    if result < 0 { throw error("open", "routing netlink", result) }
    return connection
  }

  private init(socket: OpaquePointer) { unsafe self.socket = unsafe socket }

  deinit { unsafe nl_socket_free(socket) }

  // MARK: Links

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

  /// An interface as far as networks care.
  public struct Link: Equatable, Sendable {
    /// Its number.
    public let index: InterfaceIndex
    /// Its Ethernet address, if it has one.
    public let mac: MACAddress?
    /// Whether it is a bridge.
    public let isBridge: Bool
  }

  /// The interface called `name`, or nil if there is none.
  public func link(_ name: InterfaceName) throws(RouteError) -> Link? {
    var link: OpaquePointer?
    let terminated = (name.bytes + [0]).map { CChar(bitPattern: $0) }
    // SAFETY: the name is NUL-terminated; what libnl hands out is ours to put back, once.
    let result = unsafe rtnl_link_get_kernel(socket, 0, terminated, &link)
    if result == -NLE_OBJ_NOTFOUND || result == -NLE_NODEV { return nil }
    guard result >= 0, let found = unsafe link else {
      throw Self.error("read", name.description, result)
    }
    defer { unsafe rtnl_link_put(found) }
    guard let index = unsafe InterfaceIndex(rtnl_link_get_ifindex(found)) else { return nil }
    return unsafe Link(
      index: index, mac: Self.bytes(rtnl_link_get_addr(found)).flatMap { MACAddress(bytes: $0) },
      isBridge: rtnl_link_is_bridge(found) == 1)
  }

  // MARK: Addresses and routes

  // SAFETY of the closures below: the message is alive, and each call copies what it is given.

  /// Puts an IPv4 address on an interface, with its broadcast address. `prefixLength` is 0 to 32.
  public func add(
    address: UInt32, prefixLength: Int, broadcast: UInt32, to index: InterfaceIndex
  ) throws(RouteError) {
    let flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK
    try unsafe send(
      "add an address to", "interface \(index.rawValue)", type: Int32(RTM_NEWADDR), flags: flags
    ) { message in
      var header = ifaddrmsg()
      header.ifa_family = UInt8(AF_INET)
      header.ifa_prefixlen = UInt8(prefixLength)
      header.ifa_index = UInt32(index.rawValue)
      unsafe appendHeader(message, &header)
      unsafe nla_put_u32(message, Int32(IFA_LOCAL), address.bigEndian)
      unsafe nla_put_u32(message, Int32(IFA_ADDRESS), address.bigEndian)
      if prefixLength < 31 {
        unsafe nla_put_u32(message, Int32(IFA_BROADCAST), broadcast.bigEndian)
      }
    }
  }

  /// A block of IPv4 addresses that an interface has an address in, or that a route leads to.
  public struct Destination: Equatable, Sendable {
    /// Any address in it.
    public let address: UInt32
    /// How many bits are in common, 0 to 32.
    public let prefixLength: Int
    /// The interface, or nil for a route without one (`blackhole` …).
    public let index: InterfaceIndex?
  }

  /// The IPv4 addresses of all interfaces.
  public func addresses() throws(RouteError) -> [Destination] {
    var cache: OpaquePointer?
    let result = unsafe rtnl_addr_alloc_cache(socket, &cache)
    guard result >= 0, let cache = unsafe cache else {
      throw Self.error("list", "addresses", result)
    }
    defer { unsafe nl_cache_free(cache) }
    var found: [Destination] = []
    var object = unsafe nl_cache_get_first(cache)
    while let current = unsafe object {
      // SAFETY: the cache holds addresses only, and they live as long as it does.
      let address = unsafe current
      if unsafe rtnl_addr_get_family(address) == AF_INET,
        let bits = unsafe Self.ipv4(rtnl_addr_get_local(address))
      {
        unsafe found.append(
          Destination(
            address: bits, prefixLength: Int(rtnl_addr_get_prefixlen(address)),
            index: InterfaceIndex(rtnl_addr_get_ifindex(address))))
      }
      unsafe object = nl_cache_get_next(current)
    }
    return found
  }

  /// The IPv4 routes of all tables but `local`, which only repeats the addresses; default routes
  /// left out.
  public func routes() throws(RouteError) -> [Destination] {
    var cache: OpaquePointer?
    let result = unsafe rtnl_route_alloc_cache(socket, AF_INET, 0, &cache)
    guard result >= 0, let cache = unsafe cache else { throw Self.error("list", "routes", result) }
    defer { unsafe nl_cache_free(cache) }
    var found: [Destination] = []
    var object = unsafe nl_cache_get_first(cache)
    while let current = unsafe object {
      // SAFETY: the cache holds routes only, and they live as long as it does.
      let route = unsafe current
      let destination = unsafe rtnl_route_get_dst(route)
      let length = unsafe Int(nl_addr_get_prefixlen(destination))
      if unsafe rtnl_route_get_table(route) != UInt32(RT_TABLE_LOCAL.rawValue), length > 0,
        let bits = unsafe Self.ipv4(destination)
      {
        var index: InterfaceIndex?
        if unsafe rtnl_route_get_nnexthops(route) > 0 {
          unsafe index = InterfaceIndex(rtnl_route_nh_get_ifindex(rtnl_route_nexthop_n(route, 0)))
        }
        found.append(Destination(address: bits, prefixLength: length, index: index))
      }
      unsafe object = nl_cache_get_next(current)
    }
    return found
  }

  /// The name of the interface with that number, or nil if there is none.
  public func name(of index: InterfaceIndex) throws(RouteError) -> String? {
    var link: OpaquePointer?
    // SAFETY: what libnl hands out is ours to put back, once; its name is NUL-terminated.
    let result = unsafe rtnl_link_get_kernel(socket, index.rawValue, nil, &link)
    guard result >= 0, let found = unsafe link else { return nil }
    defer { unsafe rtnl_link_put(found) }
    return unsafe rtnl_link_get_name(found).map { unsafe String(cString: $0) }
  }

  // MARK: Messages

  private func send(
    _ operation: String, _ subject: String, type: Int32, flags: Int32,
    _ body: (OpaquePointer) -> Void
  ) throws(RouteError) {
    // SAFETY: `nl_send_sync` frees the message, whatever becomes of it.
    guard let message = unsafe nlmsg_alloc_simple(type, flags) else {
      throw Self.error(operation, subject, -NLE_NOMEM)
    }
    unsafe body(message)
    let result = unsafe nl_send_sync(socket, message)
    guard result >= 0 else { throw Self.error(operation, subject, result) }
  }

  private func appendHeader<Header: BitwiseCopyable>(
    _ message: OpaquePointer, _ header: inout Header
  ) {
    // SAFETY: the header is a plain struct of the kernel's, copied whole.
    _ = unsafe nlmsg_append(message, &header, MemoryLayout<Header>.size, 4)
  }

  private func append(_ message: OpaquePointer, _ type: Int32, _ bytes: [UInt8]) {
    // SAFETY: pointer and size are of one array.
    _ = unsafe nla_put(message, type, Int32(bytes.count), bytes)
  }

  static func bytes(_ address: OpaquePointer?) -> [UInt8]? {
    // SAFETY: libnl's binary address is as long as it says.
    guard let address = unsafe address, let start = unsafe nl_addr_get_binary_addr(address) else {
      return nil
    }
    let size = unsafe Int(nl_addr_get_len(address))
    return unsafe Array(UnsafeRawBufferPointer(start: start, count: size))
  }

  private static func ipv4(_ address: OpaquePointer?) -> UInt32? {
    guard let bytes = unsafe bytes(address), bytes.count == 4 else { return nil }
    return bytes.reduce(0) { $0 << 8 | UInt32($1) }
  }

  static func error(_ operation: String, _ subject: String, _ result: Int32) -> RouteError {
    // SAFETY: libnl's words are constants.
    unsafe RouteError(
      operation: operation, subject: subject, code: -result,
      words: String(cString: nl_geterror(result)))
  }
}
