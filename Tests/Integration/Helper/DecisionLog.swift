import Glibc
import TestSupport
import Testing

/// The system log's socket in a testbed, and whoever reads it.
struct DecisionLog {
  private let socket: OpenDescriptor

  /// Binds `/dev/log`.
  init(in testbed: Testbed) throws {
    let number = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    try #require(number >= 0)
    socket = OpenDescriptor(owning: number)
    try socket.makeNonBlocking()
    let path = "\(testbed.root)/dev/log"
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    // SAFETY: the path is shorter than sun_path, which is zero behind it, and the structure has the
    // size that bind is told.
    let bound = unsafe withUnsafeMutableBytes(of: &address) { bytes in
      let offset = MemoryLayout<sa_family_t>.size
      for (index, byte) in path.utf8.enumerated() { unsafe bytes[offset + index] = byte }
      return unsafe bind(
        number, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
    }
    try #require(bound == 0, "\(path)")
    try testbed.output(["chmod", "666", "/dev/log"])
  }

  /// The lines that are there, their process numbers left out.
  func lines() -> [String] {
    var lines: [String] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      // SAFETY: the array has the size that the call is told.
      let count = unsafe recv(socket.rawValue, &buffer, buffer.count, 0)
      guard count > 0 else { return lines }
      let line = String(decoding: buffer[..<count], as: UTF8.self)
      lines.append(line.replacing(#/\[\d+\]/#, with: ""))
    }
  }
}
