internal import CLinux
internal import LinuxTypes

/// An interface's name as `struct ifreq` has it: IFNAMSIZ bytes, NUL-terminated (`man 7
/// netdevice`).
struct InterfaceNameBuffer {
  var bytes = [CChar](repeating: 0, count: Int(IFNAMSIZ))

  /// Takes 1 to 15 bytes without NUL, or returns nil: what does not fit is not cut.
  init?(_ name: [UInt8]) {
    guard !name.isEmpty, name.count <= InterfaceName.maximumLength, !name.contains(0) else {
      return nil
    }
    for (position, byte) in name.enumerated() { bytes[position] = CChar(bitPattern: byte) }
  }

  /// The bytes before the NUL.
  var name: [UInt8] { bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) } }
}
