import TestSupport
import Testing

extension Trait where Self == ConditionTrait {
  /// Namespaces, the installed helper and a guest are there.
  static var requiresGuests: Self {
    .enabled("make helper and Tests/Guest/build-guest must have run, as must this test as root") {
      Privilege.isRoot && Guest.isBuilt && Binaries.exists(Binaries.helper)
    }
  }

  /// libvirt's daemon and its client are installed.
  static var requiresLibvirt: Self {
    .enabled("libvirtd and virsh must be installed") {
      Binaries.exists("/usr/sbin/libvirtd") && Binaries.exists("/usr/bin/virsh")
    }
  }
}
