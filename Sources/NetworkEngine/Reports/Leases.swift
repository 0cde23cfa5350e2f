internal import LinuxHost
public import LinuxTypes
public import NetworkModel

/// An address that a network's dnsmasq has given a guest.
public struct Lease: Equatable, Sendable {
  /// When it ends, in seconds since 1970; nil for never.
  public let expiry: Int64?
  /// The guest's Ethernet address. For IPv6 it is what the client's DUID says, if that is made from
  /// one (RFC 8415, 11.2 and 11.4); nil if it is not.
  public let mac: MACAddress?
  /// The address.
  public let address: IPAddress
  /// How many bits the network's addresses have in common there; the length of an address if it is
  /// in no block of the network's.
  public let prefixLength: Int
  /// What the guest is called; nil if nobody knows.
  public let hostName: String?
  /// For IPv4 the client identifier, hexadecimal bytes with colons between; nil if there is none.
  /// For IPv6 the DUID.
  public let clientID: String?
  /// For IPv6 the number of the interface that the guest gave (IAID); nil for IPv4.
  public let interfaceID: UInt32?
}

/// The leases of networks, as their dnsmasq keeps them (`/var/lib/tapster/leases`).
public enum Leases {
  /// Those of `network` that are not over at `now`, seconds since 1970, in the order of the file.
  public static func of(_ network: Network, now: Int64) throws(EngineError) -> [Lease] {
    let path = Places.leases(network.name)
    let bytes = try files { () throws(FileError) in try File.read(path) } ?? []
    return parse(bytes, network).filter { $0.expiry.map { $0 > now } ?? true }
  }

  /// Reads dnsmasq's file of leases (`man 8 dnsmasq`, --dhcp-leasefile; its `lease.c` writes it).
  ///
  /// A line is: end, Ethernet address, IP address, name, client identifier. Behind the line `duid`,
  /// which tells the server's, come those of IPv6: end, IAID, address, name, DUID. A star stands
  /// for what is not known. Lines that are not like that are passed over: dnsmasq may be writing.
  static func parse(_ bytes: [UInt8], _ network: Network) -> [Lease] {
    var isIPv6 = false
    var leases: [Lease] = []
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      let words = line.split(separator: UInt8(ascii: " ")).map {
        String(decoding: $0, as: UTF8.self)
      }
      if words.first == "duid" {
        isIPv6 = true
        continue
      }
      guard words.count == 5, let expiry = Int64(words[0]), let address = IPAddress(words[2]) else {
        continue
      }
      guard address.family == (isIPv6 ? .ipv6 : .ipv4) else { continue }
      let block = network.blocks.lazy.compactMap(\.network).first { $0.contains(address) }
      let client = known(words[4])
      leases.append(
        Lease(
          expiry: expiry == 0 ? nil : expiry,
          mac: isIPv6 ? client.flatMap(ethernet) : MACAddress(words[1]), address: address,
          prefixLength: block?.prefixLength ?? address.bytes.count * 8,
          hostName: known(words[3]), clientID: client,
          // A `T` in front marks a temporary address.
          interfaceID: isIPv6 ? UInt32(words[1].drop { $0 == "T" }) : nil))
    }
    return leases
  }

  private static func known(_ word: String) -> String? {
    word == "*" ? nil : PrintableText.escape(word.utf8)
  }

  /// The Ethernet address in a DUID of type 1 (with a time) or 3 (without) and hardware type 1.
  private static func ethernet(_ duid: String) -> MACAddress? {
    for (prefix, length) in [("00:01:00:01:", 14), ("00:03:00:01:", 10)] {
      let bytes = duid.split(separator: ":")
      if duid.hasPrefix(prefix), bytes.count == length {
        return MACAddress(bytes.suffix(6).joined(separator: ":"))
      }
    }
    return nil
  }
}
