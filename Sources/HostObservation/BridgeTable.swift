internal import LinuxHost
internal import LinuxTypes

/// The Ethernet addresses that a bridge has heard of, and on which port.
///
/// From `/sys`, which anybody may read: a list of `struct __fdb_entry` (`<linux/if_bridge.h>`).
struct BridgeTable {
  /// The addresses by the number that the port has in its bridge, in the bridge's order.
  private var addresses: [UInt16: [MACAddress]] = [:]

  /// That of `bridge`; empty if it cannot be read.
  init(_ bridge: InterfaceName) {
    let entrySize = 16
    // The kernel gives whole entries only, so none to who asks for a byte.
    let path = bridge.settings.appending("brforward")
    let bytes = (try? File.readStream(path, maximumSize: 16 << 20)) ?? []
    for start in stride(from: 0, to: bytes.count - bytes.count % entrySize, by: entrySize) {
      // mac_addr (6), port_no, is_local, ageing_timer_value (4), port_hi, padding (3).
      let entry = bytes[start..<start + entrySize]
      guard entry[start + 7] == 0, let mac = MACAddress(bytes: entry.prefix(6)) else { continue }
      let port = UInt16(entry[start + 6]) | UInt16(entry[start + 12]) << 8
      addresses[port, default: []].append(mac)
    }
  }

  /// Who was heard of on `port`, lowest address first.
  func addresses(on port: InterfaceName) -> [MACAddress] {
    guard let text = port.setting("brport/port_no"), text.hasPrefix("0x"),
      let number = UInt16(text.dropFirst(2), radix: 16)
    else { return [] }
    return (addresses[number] ?? []).sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
  }
}

extension InterfaceName {
  /// Its directory in `/sys`.
  var settings: FilePath {
    // A name has no `/` and is neither `.` nor `..`.
    FilePath(Array("/sys/class/net/".utf8) + bytes) ?? FilePath("/sys/class/net")
  }

  /// What a file of its directory says, without its end; nil if there is none.
  func setting(_ name: String) -> String? {
    guard let bytes = (try? File.read(settings.appending(name))) ?? nil else { return nil }
    return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
  }
}
