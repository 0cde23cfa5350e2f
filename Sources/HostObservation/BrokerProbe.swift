internal import CLinux
internal import CLinuxHost
internal import Diagnosis
internal import LinuxHost
internal import LinuxTypes

/// Whether the broker is there (`man 8 tapster-helper`).
enum BrokerProbe {
  private static let path = FilePath("/run/tapster/broker.sock")

  /// Asks it whether a bridge that there cannot be may be used: any answer will do.
  static func run() -> HostFacts.Broker {
    guard File.exists(path) else { return .absent }
    let request = Array("--check\0--br=lo\0".utf8)
    var reply = [UInt8](repeating: 0, count: 4096)
    let terminated = (path.bytes + [0]).map { CChar(bitPattern: $0) }
    // SAFETY: the path is NUL-terminated, and the call is told the sizes of both buffers.
    let count = unsafe reply.withUnsafeMutableBytes { buffer in
      unsafe clinux_ask(
        terminated, request, request.count, buffer.baseAddress, buffer.count, 2000)
    }
    return count > 0 ? .answers : .silent
  }
}
