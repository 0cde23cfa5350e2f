internal import CLinux
internal import CLinuxHost
internal import Diagnosis
internal import LinuxTypes

/// What files are that taps are made with.
enum FileFacts {
  /// The helper's file; nil if there is none.
  static func helper(_ path: FilePath) -> HostFacts.Helper? {
    guard let facts = facts(path), facts.is_regular != 0 else { return nil }
    return HostFacts.Helper(
      owner: facts.user, group: facts.group, mode: facts.mode,
      hasCapability: hasNetAdmin(path), isOnNosuid: facts.is_on_nosuid != 0)
  }

  /// A device's file; nil if there is none.
  static func device(_ path: FilePath) -> HostFacts.Device? {
    guard let facts = facts(path), facts.is_device != 0 else { return nil }
    return HostFacts.Device(owner: facts.user, group: facts.group, mode: facts.mode)
  }

  private static func facts(_ path: FilePath) -> clinux_file_facts? {
    var facts = clinux_file_facts()
    let terminated = (path.bytes + [0]).map { CChar(bitPattern: $0) }
    // SAFETY: the path is NUL-terminated; the call fills in one structure.
    return unsafe clinux_file_facts(terminated, &facts) >= 0 ? facts : nil
  }

  /// Whether CAP_NET_ADMIN is permitted and effective, by `struct vfs_cap_data`
  /// (`<linux/capability.h>`): the revision and a flag, then the sets, 32 bits each, little-endian.
  private static func hasNetAdmin(_ path: FilePath) -> Bool {
    var bytes = [UInt8](repeating: 0, count: 64)
    let terminated = (path.bytes + [0]).map { CChar(bitPattern: $0) }
    // SAFETY: the path is NUL-terminated, and the call is told how long the buffer is.
    let count = unsafe bytes.withUnsafeMutableBytes { buffer in
      unsafe clinux_file_capabilities(terminated, buffer.baseAddress, buffer.count)
    }
    guard count >= 8 else { return false }
    let isEffective = bytes[0] & UInt8(VFS_CAP_FLAGS_EFFECTIVE) != 0
    let bit = Int(CAP_NET_ADMIN)
    return isEffective && bytes[4 + bit / 8] & 1 << (bit % 8) != 0
  }
}
