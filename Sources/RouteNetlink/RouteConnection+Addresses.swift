internal import CNetlink
internal import CNetlinkRoute
public import LinuxTypes

extension RouteConnection {
  /// An address of an interface, IPv4 or IPv6.
  public struct Address: Equatable, Hashable, Sendable {
    /// Its 4 or 16 bytes, first on the wire first.
    public let bytes: [UInt8]
    /// How many bits it has in common with its neighbours, 0 to 32 or 128.
    public let prefixLength: Int

    /// An address; nil unless it has 4 or 16 bytes and no more bits in common than that.
    public init?(bytes: [UInt8], prefixLength: Int) {
      guard bytes.count == 4 || bytes.count == 16, (0...bytes.count * 8).contains(prefixLength)
      else { return nil }
      self.bytes = bytes
      self.prefixLength = prefixLength
    }

    var family: UInt8 { UInt8(bytes.count == 4 ? AF_INET : AF_INET6) }

    /// The highest address of the block; of IPv4 the one for all.
    var last: [UInt8] {
      bytes.enumerated().map { position, byte in
        let common = min(8, max(0, prefixLength - 8 * position))
        return byte | UInt8(0xFF >> common)
      }
    }
  }

  /// Puts an address on an interface; of IPv4 with its broadcast address.
  ///
  /// IPv6 is told not to look for another host that has it (IFA_F_NODAD, RFC 4862 section 5.4):
  /// where an interface has no carrier yet, as a bridge has none before its first port, the search
  /// does not begin, and until it ends nobody can use the address.
  public func add(_ address: Address, to index: InterfaceIndex) throws(RouteError) {
    let flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK
    try unsafe send(
      "add an address to", "interface \(index.rawValue)", type: Int32(RTM_NEWADDR), flags: flags
    ) { message in
      // SAFETY: the message is alive, and each call copies what it is given.
      var header = ifaddrmsg()
      header.ifa_family = address.family
      header.ifa_prefixlen = UInt8(address.prefixLength)
      header.ifa_index = UInt32(index.rawValue)
      if address.bytes.count == 16 { header.ifa_flags = UInt8(IFA_F_NODAD) }
      unsafe appendHeader(message, &header)
      unsafe append(message, Int32(IFA_LOCAL), address.bytes)
      unsafe append(message, Int32(IFA_ADDRESS), address.bytes)
      if address.bytes.count == 4, address.prefixLength < 31 {
        unsafe append(message, Int32(IFA_BROADCAST), address.last)
      }
    }
  }

  /// Takes an address off an interface.
  public func remove(_ address: Address, from index: InterfaceIndex) throws(RouteError) {
    try unsafe send(
      "remove an address of", "interface \(index.rawValue)", type: Int32(RTM_DELADDR),
      flags: NLM_F_REQUEST | NLM_F_ACK
    ) { message in
      // SAFETY: as in `add`.
      var header = ifaddrmsg()
      header.ifa_family = address.family
      header.ifa_prefixlen = UInt8(address.prefixLength)
      header.ifa_index = UInt32(index.rawValue)
      unsafe appendHeader(message, &header)
      unsafe append(message, Int32(IFA_LOCAL), address.bytes)
    }
  }

  /// The addresses of all interfaces, and whose they are.
  public func addresses() throws(RouteError) -> [(address: Address, index: InterfaceIndex)] {
    var cache: OpaquePointer?
    let result = unsafe rtnl_addr_alloc_cache(socket, &cache)
    guard result >= 0, let cache = unsafe cache else {
      throw failed("list", "addresses", result)
    }
    defer { unsafe nl_cache_free(cache) }
    var found: [(address: Address, index: InterfaceIndex)] = []
    var object = unsafe nl_cache_get_first(cache)
    while let current = unsafe object {
      // SAFETY: the cache holds addresses only, and they live as long as it does.
      if let bytes = unsafe Self.bytes(rtnl_addr_get_local(current)),
        let address = unsafe Address(
          bytes: bytes, prefixLength: Int(rtnl_addr_get_prefixlen(current))),
        let index = unsafe InterfaceIndex(rtnl_addr_get_ifindex(current))
      {
        found.append((address, index))
      }
      unsafe object = nl_cache_get_next(current)
    }
    return found
  }
}
