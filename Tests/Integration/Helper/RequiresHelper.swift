import TestSupport
import Testing

extension Trait where Self == ConditionTrait {
  /// Namespaces and the installed helper are there.
  static var requiresHelper: Self {
    .enabled("make helper must have run, as must this test as root") {
      Privilege.isRoot && Binaries.exists(Binaries.helper)
    }
  }

  /// QEMU's own helper is there, too.
  static var requiresQEMUsHelper: Self {
    .enabled("qemu-system-common must be installed") {
      Binaries.exists(Binaries.qemuBridgeHelper)
    }
  }
}
