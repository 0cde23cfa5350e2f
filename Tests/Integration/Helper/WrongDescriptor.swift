import Glibc
import TestSupport

/// The kinds of descriptor that `--fd` must not take, and how one of each is made.
enum WrongDescriptor: String, CaseIterable, Sendable {
  case notOpen, file, directory, pathOnly, device, pipeToRead, pipeToWrite, watcher, process, tun,
    netlink
  case packet, udp, tcp, tcpConnected, unixUnconnected, unixListening, unixDatagramUnconnected

  /// What the refusal says of it.
  var words: String {
    switch self {
    case .notOpen: "is not open"
    case .netlink, .packet, .udp, .tcp, .tcpConnected: "is not an AF_UNIX socket"
    case .unixUnconnected, .unixListening, .unixDatagramUnconnected:
      "is a socket that is not connected"
    case .pathOnly: "is not"
    default: "is not a socket"
    }
  }

  /// One of it, and what must stay open beside it; nil for ``notOpen``.
  func make(in testbed: Testbed) throws -> (OpenDescriptor, [OpenDescriptor])? {
    switch self {
    case .notOpen: return nil
    case .file: return (try open("/etc/passwd", O_RDWR), [])
    case .directory: return (try open("/", O_RDONLY | O_DIRECTORY), [])
    case .pathOnly: return (try open("/etc/passwd", __O_PATH), [])
    case .device: return (try open("/dev/zero", O_RDWR), [])
    case .tun: return (try open("\(testbed.root)/dev/net/tun", O_RDWR), [])
    case .pipeToRead:
      let (read, write) = try OpenDescriptor.pipe()
      return (read, [write])
    case .pipeToWrite:
      let (read, write) = try OpenDescriptor.pipe()
      return (write, [read])
    case .watcher: return (try taken(inotify_init1(Int32(IN_CLOEXEC))), [])
    case .process: return (try OpenDescriptor(process: getpid()), [])
    case .netlink: return (try socket(AF_NETLINK, SOCK_RAW), [])
    case .packet: return (try socket(AF_PACKET, SOCK_RAW), [])
    case .udp: return (try socket(AF_INET, SOCK_DGRAM), [])
    case .tcp: return (try socket(AF_INET, SOCK_STREAM), [])
    case .tcpConnected:
      let listener = try socket(AF_INET, SOCK_STREAM)
      let client = try socket(AF_INET, SOCK_STREAM)
      // Binds to a port of the kernel's choice, on every address of the test's own machine.
      guard listen(listener.rawValue, 1) == 0 else {
        throw SystemCallFailure("listen", code: errno)
      }
      var address = sockaddr_in()
      var size = socklen_t(MemoryLayout<sockaddr_in>.size)
      // SAFETY: the structure has the size that each call is told.
      let result = unsafe withUnsafeMutableBytes(of: &address) { bytes in
        let base = unsafe bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self)
        return unsafe getsockname(listener.rawValue, base, &size) == 0
          && connect(client.rawValue, base, size) == 0
      }
      guard result else { throw SystemCallFailure("connect", code: errno) }
      return (client, [listener])
    case .unixUnconnected: return (try socket(AF_UNIX, SOCK_STREAM), [])
    case .unixDatagramUnconnected: return (try socket(AF_UNIX, SOCK_DGRAM), [])
    case .unixListening:
      let listener = try socket(AF_UNIX, SOCK_STREAM)
      // An address of the kernel's choice (`man 7 unix`, autobind): the family alone.
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      // SAFETY: the structure is larger than the two bytes that bind is told of.
      let bound = unsafe withUnsafeBytes(of: &address) {
        unsafe bind(listener.rawValue, $0.baseAddress?.assumingMemoryBound(to: sockaddr.self), 2)
      }
      guard bound == 0, listen(listener.rawValue, 1) == 0 else {
        throw SystemCallFailure("listen", code: errno)
      }
      return (listener, [])
    }
  }

  private func open(_ path: String, _ flags: Int32) throws -> OpenDescriptor {
    try OpenDescriptor(path: path, flags: flags)
  }

  private func socket(_ domain: Int32, _ kind: __socket_type) throws -> OpenDescriptor {
    try taken(Glibc.socket(domain, Int32(kind.rawValue | SOCK_CLOEXEC.rawValue), 0))
  }

  private func taken(_ number: Int32) throws -> OpenDescriptor {
    guard number >= 0 else { throw SystemCallFailure("\(self)", code: errno) }
    return OpenDescriptor(owning: number)
  }
}
