import TestSupport

/// What a router says of a link (RFC 4861, RFC 8106).
struct Advertisement: Equatable, CustomStringConvertible {
  /// A prefix, and whether guests are to make themselves an address of it.
  struct Prefix: Hashable { var text: String; var isAutonomous: Bool }

  /// Whether addresses are to be asked for by DHCPv6.
  var isManaged = false
  /// Whether it is a router for more than this link.
  var isDefaultRouter = false
  var prefixes: Set<Prefix> = []
  /// Whether it names a DNS server.
  var namesServer = false

  var description: String {
    "managed \(isManaged), default router \(isDefaultRouter), DNS \(namesServer), \(prefixes)"
  }

  /// Asks for it at `guest`'s interface, and waits for it.
  static func solicit(from guest: String, in testbed: Testbed) throws -> Advertisement {
    let socket = try testbed.socket(.icmp, isIPv6: true, on: guest)
    try socket.join("ff02::1", on: "eth0")
    try socket.markAsNeighbour()
    // A router solicitation; the kernel fills in the checksum.
    try socket.send([133, 0, 0, 0, 0, 0, 0, 0], to: "ff02::2%eth0")
    while let came = try socket.receive(within: .seconds(15)) {
      if came.bytes.first == 134, let found = Advertisement(came.bytes) { return found }
    }
    throw TimedOut("no router advertises itself to \(guest)")
  }

  private init?(_ bytes: [UInt8]) {
    guard bytes.count >= 16 else { return nil }
    isManaged = bytes[5] & 0x80 != 0
    isDefaultRouter = bytes[6] != 0 || bytes[7] != 0
    var rest = bytes[16...]
    while rest.count >= 8 {
      let option = Array(rest.prefix(Int(rest[rest.startIndex + 1]) * 8))
      guard !option.isEmpty, option.count == Int(option[1]) * 8 else { return nil }
      if option[0] == 3, option.count == 32 {
        let words = stride(from: 16, to: 24, by: 2).map {
          String(Int(option[$0]) << 8 | Int(option[$0 + 1]), radix: 16)
        }
        prefixes.insert(
          Prefix(
            text: words.joined(separator: ":") + "::/\(option[2])",
            isAutonomous: option[3] & 0x40 != 0))
      }
      if option[0] == 25 { namesServer = true }
      rest = rest.dropFirst(option.count)
    }
  }

  init(
    isManaged: Bool, isDefaultRouter: Bool, prefixes: Set<Prefix>, namesServer: Bool
  ) {
    self.isManaged = isManaged
    self.isDefaultRouter = isDefaultRouter
    self.prefixes = prefixes
    self.namesServer = namesServer
  }
}
