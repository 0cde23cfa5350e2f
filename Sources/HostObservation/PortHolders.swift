internal import Diagnosis
internal import LinuxHost
internal import LinuxTypes
internal import NetworkModel

/// Which programs have the ports that a network's dnsmasq needs.
struct PortHolders {
  private struct Socket {
    var address: IPAddress
    var port: UInt16
    var isTCP: Bool
    var inode: String
  }

  private var sockets: [Socket] = []

  /// Reads what the kernel lists (`man 5 proc_net`): the sockets of UDP, and those of TCP that
  /// listen.
  init() {
    for (name, isTCP) in [("udp", false), ("udp6", false), ("tcp", true), ("tcp6", true)] {
      let path = FilePath("/proc/self/net").appending(name)
      for line in Self.lines(path).dropFirst() {
        let words = line.split(separator: " ")
        // Number, address and port, the other's, state, …, inode. State 0A is LISTEN.
        guard words.count > 9, !isTCP || words[3] == "0A",
          let (address, port) = Self.address(words[1])
        else { continue }
        sockets.append(
          Socket(address: address, port: port, isTCP: isTCP, inode: String(words[9])))
      }
    }
  }

  /// Those who keep a server from answering at `addresses`: for DNS, and for DHCP.
  func holders(at addresses: [IPAddress]) -> [HostFacts.Network.PortHolder] {
    let inTheWay = sockets.filter { socket in
      let isAnywhere = socket.address.bytes.allSatisfy { $0 == 0 }
      switch socket.port {
      case 53: return isAnywhere || addresses.contains(socket.address)
      case 67: return !socket.isTCP && isAnywhere
      default: return false
      }
    }
    var found: [HostFacts.Network.PortHolder] = []
    for process in inTheWay.isEmpty ? [] : (try? ProcessHandle.all()) ?? [] {
      let arguments = ProcessHandle.arguments(of: process)
      // Those of networks, ours and libvirt's, share ports by interface.
      let isNetworks = arguments.contains {
        $0.hasPrefix("--conf-file=/run/tapster/") || $0.hasPrefix("--conf-file=/var/lib/libvirt/")
      }
      if arguments.isEmpty || isNetworks { continue }
      let open = Self.sockets(of: process)
      guard let socket = inTheWay.first(where: { open.contains("socket:[\($0.inode)]") }) else {
        continue
      }
      let name = Self.lines(FilePath("/proc").appending("\(process)").appending("comm")).first
      found.append(
        HostFacts.Network.PortHolder(
          process: process, program: name.map { String($0) } ?? arguments[0],
          port: "\(socket.isTCP ? "TCP" : "UDP") \(socket.port)"))
    }
    return found
  }

  /// What the descriptors of a process lead to; none of another user's, unless we are root.
  private static func sockets(of process: Int32) -> Set<String> {
    let path = FilePath("/proc").appending("\(process)").appending("fd")
    let names = (try? Directory.names(path)) ?? []
    return Set(
      names.compactMap { name in
        SymbolicLink.target(path.appending(name)).map { String(decoding: $0, as: UTF8.self) }
      })
  }

  private static func lines(_ path: FilePath) -> [Substring] {
    let bytes = (try? File.readStream(path, maximumSize: 16 << 20)) ?? []
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
  }

  /// `0100007F:0035`: words of 32 bits as the machine has them, and the port.
  private static func address(_ text: Substring) -> (IPAddress, UInt16)? {
    let parts = text.split(separator: ":")
    guard parts.count == 2, let port = UInt16(parts[1], radix: 16),
      parts[0].utf8.count == 8 || parts[0].utf8.count == 32
    else { return nil }
    var bytes: [UInt8] = []
    var rest = parts[0]
    while !rest.isEmpty {
      guard let word = UInt32(rest.prefix(8), radix: 16) else { return nil }
      for shift in [0, 8, 16, 24] {
        bytes.append(UInt8(truncatingIfNeeded: UInt32(littleEndian: word) >> shift))
      }
      rest = rest.dropFirst(8)
    }
    return IPAddress(bytes: bytes).map { ($0, port) }
  }
}
