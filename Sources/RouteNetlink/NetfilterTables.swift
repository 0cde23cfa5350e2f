internal import CNetlink
internal import CNetlinkRoute

/// A table of the kernel's packet filter (`<linux/netfilter/nf_tables.h>`).
public struct NetfilterTable: Equatable, Hashable, Sendable {
  /// Its family as nft names it: `ip`, `ip6`, `inet`.
  public let family: String
  /// Its name.
  public let name: String

  /// Where packets of IP pass by base chains (`man 8 nft`).
  public enum Hook: Sendable {
    /// Those that the host forwards.
    case forward
    /// Those that are for the host.
    case input

    fileprivate var number: UInt32 {
      switch self {
      case .forward: UInt32(NF_INET_FORWARD.rawValue)
      case .input: UInt32(NF_INET_LOCAL_IN.rawValue)
      }
    }
  }

  /// The tables that have a base chain at one of these hooks.
  ///
  /// Asked of the kernel itself, since that takes microseconds where nft takes milliseconds.
  public static func filtering(at hooks: [Hook]) throws(RouteError) -> [NetfilterTable] {
    let numbers = hooks.map(\.number)
    var found: [NetfilterTable] = []
    try unsafe dump(Int32(NFT_MSG_GETCHAIN.rawValue)) { message, family in
      // SAFETY: the message is whole and alive; the attributes are checked to be there, and a name
      // ends with NUL, as the kernel writes it.
      let header = Int32(MemoryLayout<nfgenmsg>.size)
      guard let family,
        let hook = unsafe nlmsg_find_attr(message, header, Int32(NFTA_CHAIN_HOOK.rawValue)),
        let number = unsafe nla_find(
          nla_data(hook)?.assumingMemoryBound(to: nlattr.self), nla_len(hook),
          Int32(NFTA_HOOK_HOOKNUM.rawValue)),
        unsafe numbers.contains(UInt32(bigEndian: nla_get_u32(number))),
        let name = unsafe nlmsg_find_attr(message, header, Int32(NFTA_CHAIN_TABLE.rawValue)),
        let text = unsafe nla_get_string(name)
      else { return }
      let table = unsafe NetfilterTable(family: family, name: String(cString: text))
      if !found.contains(table) { found.append(table) }
    }
    return found
  }

  /// The names of its chains; none if it is not there.
  public func chains() throws(RouteError) -> Set<String> {
    var names: Set<String> = []
    try unsafe Self.dump(Int32(NFT_MSG_GETCHAIN.rawValue)) { message, family in
      // SAFETY: as above.
      let header = Int32(MemoryLayout<nfgenmsg>.size)
      guard family == self.family,
        let table = unsafe nlmsg_find_attr(message, header, Int32(NFTA_CHAIN_TABLE.rawValue)),
        let text = unsafe nla_get_string(table), unsafe String(cString: text) == self.name,
        let name = unsafe nlmsg_find_attr(message, header, Int32(NFTA_CHAIN_NAME.rawValue)),
        let chain = unsafe nla_get_string(name)
      else { return }
      names.insert(unsafe String(cString: chain))
    }
    return names
  }

  /// Whether there is any table but that one.
  public static func isAny(but own: NetfilterTable) throws(RouteError) -> Bool {
    var isAny = false
    try unsafe dump(Int32(NFT_MSG_GETTABLE.rawValue)) { message, family in
      // SAFETY: as above.
      let header = Int32(MemoryLayout<nfgenmsg>.size)
      guard let family,
        let name = unsafe nlmsg_find_attr(message, header, Int32(NFTA_TABLE_NAME.rawValue)),
        let text = unsafe nla_get_string(name)
      else { return }
      let table = unsafe NetfilterTable(family: family, name: String(cString: text))
      if table != own { isAny = true }
    }
    return isAny
  }

  /// Whether one of its chains may drop or reject packets, by its policy or by a rule, so that it
  /// is worth while to read them. False only if that is sure: where somebody changed the rules
  /// while they were listed, some may be missing.
  public func mayDrop() throws(RouteError) -> Bool {
    var mayDrop = false
    let chains = Int32(NFT_MSG_GETCHAIN.rawValue)
    let areChainsWhole = try unsafe Self.dump(chains, of: self) { message, family in
      // SAFETY: as above.
      let header = Int32(MemoryLayout<nfgenmsg>.size)
      guard family == self.family,
        let table = unsafe nlmsg_find_attr(message, header, Int32(NFTA_CHAIN_TABLE.rawValue)),
        let text = unsafe nla_get_string(table), unsafe String(cString: text) == self.name,
        let policy = unsafe nlmsg_find_attr(message, header, Int32(NFTA_CHAIN_POLICY.rawValue))
      else { return }
      if unsafe UInt32(bigEndian: nla_get_u32(policy)) != UInt32(NF_ACCEPT) { mayDrop = true }
    }
    if mayDrop || !areChainsWhole { return true }
    let rules = Int32(NFT_MSG_GETRULE.rawValue)
    let areRulesWhole = try unsafe Self.dump(rules, of: self) { message, _ in
      if unsafe !NetfilterRule.isHarmless(message) { mayDrop = true }
    }
    return mayDrop || !areRulesWhole
  }

  /// A table of that family and name.
  public init(family: String, name: String) {
    self.family = family
    self.name = name
  }

  /// Has the kernel list all of a kind, and lends each to `body`, with its family if it is one of
  /// IP. Of `table` alone, if the kernel can tell: it does of rules.
  ///
  /// False if somebody changed any of the kind meanwhile, so that some may be missing, and others
  /// there twice.
  @discardableResult
  private static func dump(
    _ request: Int32, of table: NetfilterTable? = nil,
    _ body: (UnsafeMutablePointer<nlmsghdr>, String?) -> Void
  ) throws(RouteError) -> Bool {
    // SAFETY: the socket is freed once, at the end; what is sent is copied; a buffer that libnl
    // hands out is freed after its messages were lent, each of which libnl says is whole.
    guard let socket = unsafe nl_socket_alloc() else { throw failure(-NLE_NOMEM) }
    defer { unsafe nl_socket_free(socket) }
    unsafe nl_socket_disable_auto_ack(socket)
    var result = unsafe nl_connect(socket, NETLINK_NETFILTER)
    if result < 0 { throw failure(result) }
    let kind = Int32(NFNL_SUBSYS_NFTABLES) << 8 | request
    guard let message = unsafe nlmsg_alloc_simple(kind, Int32(NLM_F_REQUEST | NLM_F_DUMP)) else {
      throw failure(-NLE_NOMEM)
    }
    defer { unsafe nlmsg_free(message) }
    var header = nfgenmsg()
    if let table { header.nfgen_family = UInt8(table.protocolFamily) }
    result = unsafe nlmsg_append(
      message, &header, MemoryLayout<nfgenmsg>.size, Int32(NLMSG_ALIGNTO))
    if result == 0, let table {
      result = unsafe nla_put_string(message, Int32(NFTA_RULE_TABLE.rawValue), table.name)
    }
    if result == 0 { result = unsafe nl_send_auto(socket, message) }
    if result < 0 { throw failure(result) }
    var progress = DumpProgress()
    while true {
      var sender = sockaddr_nl()
      var buffer: UnsafeMutablePointer<UInt8>?
      var left = unsafe nl_recv(socket, &sender, &buffer, nil)
      if left < 0 { throw failure(left) }
      guard left > 0, let bytes = unsafe buffer else { throw failure(-NLE_DUMP_INTR) }
      defer { unsafe free(bytes) }
      var next: UnsafeMutablePointer<nlmsghdr>? = unsafe UnsafeMutableRawPointer(bytes)
        .assumingMemoryBound(to: nlmsghdr.self)
      while let message = unsafe next, unsafe nlmsg_ok(message, left) == 1 {
        let (type, flags) = unsafe (message.pointee.nlmsg_type, message.pointee.nlmsg_flags)
        switch progress.take(type: type, flags: flags) {
        case .end: return progress.isWhole
        case .error: throw failure(-NLE_FAILURE)
        case .element:
          let data = unsafe nlmsg_data(message)?.assumingMemoryBound(to: nfgenmsg.self)
          let number = unsafe data.map { unsafe Int32($0.pointee.nfgen_family) }
          unsafe body(message, families.first { $0.number == number }?.name)
        }
        unsafe next = nlmsg_next(message, &left)
      }
    }
  }

  private static let families = [
    (name: "ip", number: Int32(NFPROTO_IPV4)), (name: "ip6", number: Int32(NFPROTO_IPV6)),
    (name: "inet", number: Int32(NFPROTO_INET)),
  ]

  private var protocolFamily: Int32 {
    Self.families.first { $0.name == family }?.number ?? Int32(NFPROTO_UNSPEC)
  }

  private static func failure(_ result: Int32) -> RouteError {
    RouteConnection.error("list", "tables of the packet filter", result)
  }
}
