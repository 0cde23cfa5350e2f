internal import CNetlink
internal import CNetlinkRoute

/// What a rule's expressions, as the kernel lists them (`<linux/netfilter/nf_tables.h>`), may do to
/// a packet.
enum NetfilterRule {
  /// The kinds that look at a packet, count it or change it, and let it go on.
  private static let harmless: Set<String> = [
    "bitwise", "byteorder", "cmp", "connlimit", "counter", "ct", "exthdr", "fib", "hash", "last",
    "limit", "log", "masq", "match", "meta", "nat", "notrack", "numgen", "osf", "payload", "range",
    "redir", "rt", "socket",
  ]

  /// Whether it is sure that the rule of this message drops and rejects nothing itself.
  static func isHarmless(_ message: UnsafeMutablePointer<nlmsghdr>) -> Bool {
    let header = Int32(MemoryLayout<nfgenmsg>.size)
    // SAFETY: the message is whole and alive, and libnl checks that each attribute is within the
    // one that it is found in.
    guard
      let list = unsafe nlmsg_find_attr(message, header, Int32(NFTA_RULE_EXPRESSIONS.rawValue))
    else { return true }
    var next = unsafe nla_data(list)?.assumingMemoryBound(to: nlattr.self)
    var left = unsafe nla_len(list)
    while let element = unsafe next, unsafe nla_ok(element, left) == 1 {
      if unsafe !isHarmless(expression: element) { return false }
      unsafe next = nla_next(element, &left)
    }
    return true
  }

  private static func isHarmless(expression: UnsafeMutablePointer<nlattr>) -> Bool {
    // SAFETY: as above; a name ends with NUL, as the kernel writes it.
    guard let name = unsafe attribute(NFTA_EXPR_NAME.rawValue, in: expression),
      let text = unsafe nla_get_string(name)
    else { return false }
    let kind = unsafe String(cString: text)
    if harmless.contains(kind) { return true }
    let data = unsafe attribute(NFTA_EXPR_DATA.rawValue, in: expression)
    switch kind {
    case "immediate":
      guard let data = unsafe data,
        let value = unsafe attribute(NFTA_IMMEDIATE_DATA.rawValue, in: data)
      else { return false }
      // What is no verdict is put into a register.
      guard let verdict = unsafe attribute(NFTA_DATA_VERDICT.rawValue, in: value) else {
        return true
      }
      guard let code = unsafe attribute(NFTA_VERDICT_CODE.rawValue, in: verdict) else {
        return false
      }
      let number = unsafe Int32(bitPattern: UInt32(bigEndian: nla_get_u32(code)))
      return [
        NF_ACCEPT, NFT_CONTINUE.rawValue, NFT_JUMP.rawValue, NFT_GOTO.rawValue, NFT_RETURN.rawValue,
      ].contains(number)
    // What a map answers may be a verdict.
    case "lookup":
      return unsafe data.map { unsafe attribute(NFTA_LOOKUP_DREG.rawValue, in: $0) == nil } ?? false
    default: return false
    }
  }

  private static func attribute(
    _ kind: UInt32, in outer: UnsafeMutablePointer<nlattr>
  ) -> UnsafeMutablePointer<nlattr>? {
    // SAFETY: as above.
    unsafe nla_find(
      nla_data(outer)?.assumingMemoryBound(to: nlattr.self), nla_len(outer), Int32(kind))
  }
}
