import Glibc
import TestSupport

/// What the holder of a tap's descriptor may change of it (`<linux/if_tun.h>`).
enum TapControl: UInt {
  // _IOW('T', 203, int) and so on; Swift does not import these macros.
  case persist = 0x4004_54CB
  case owner = 0x4004_54CC

  /// Makes the change; throws what the kernel refused.
  func apply(_ value: Int32, to tap: OpenDescriptor) throws(SystemCallFailure) {
    guard ioctl(tap.rawValue, rawValue, value) == 0 else {
      throw SystemCallFailure("ioctl \(self)", code: errno)
    }
  }
}
