/// Whether the devices are there that a tap is made of.
enum DeviceCheck {
  static func run(_ facts: HostFacts) -> CheckResult { tun(facts) + vhost(facts) }

  private static func tun(_ facts: HostFacts) -> CheckResult {
    // A sandbox has a /dev of its own.
    if facts.isConfined, facts.isServedByBroker {
      return .fine("/dev/net/tun is for the broker to open")
    }
    // Nor does anybody else open what is in there.
    if facts.confinement?.isInUserNamespace == true { return CheckResult() }
    guard let tun = facts.tun else {
      let make = "mkdir -p /dev/net && mknod -m 0666 /dev/net/tun c 10 200"
      return .found(
        Finding(
          .tunMissing, "there is no /dev/net/tun", why: "taps are made through it",
          fix: facts.hasTunDriver ? make : "modprobe tun"))
    }
    if !isOpen(tun, facts) {
      return .found(
        Finding(
          .tunClosed, "/dev/net/tun is closed to \(subject(facts))", why: reason(tun, facts),
          fix: "chmod 0666 /dev/net/tun"))
    }
    return .fine("/dev/net/tun is there")
  }

  private static func vhost(_ facts: HostFacts) -> CheckResult {
    let places = facts.bridges.compactMap { bridge -> String? in
      if case .allowed(let place, _, _, true) = bridge.access { place } else { nil }
    }
    guard let place = places.first, !(facts.isConfined && facts.isServedByBroker) else {
      return CheckResult()
    }
    guard let vhost = facts.vhost else {
      return .found(
        Finding(
          .vhostMissing, "there is no /dev/vhost-net, though \(place) grants vhost",
          why: "the kernel's vhost_net is not loaded", fix: "modprobe vhost_net"))
    }
    if !isOpen(vhost, facts) {
      return .found(
        Finding(
          .vhostClosed,
          "/dev/vhost-net is closed to \(subject(facts)), though \(place) grants vhost",
          why: reason(vhost, facts), fix: "chmod 0666 /dev/vhost-net"))
    }
    return .fine("/dev/vhost-net is there")
  }

  /// A helper that is set-user-ID opens it as root, and so does the broker. One that only has the
  /// capability opens it as its caller.
  private static func isOpen(_ device: HostFacts.Device, _ facts: HostFacts) -> Bool {
    guard let helper = facts.helper, !facts.isServedByBroker, helper.mode & 0o4000 == 0,
      helper.hasCapability
    else { return true }
    return FileAccess.allows(
      facts.user, owner: device.owner, group: device.group, mode: device.mode, bits: 0o6,
      besideRoot: facts.user != nil || device.mode & 0o6 == 0o6)
  }

  private static func subject(_ facts: HostFacts) -> String { facts.user?.name ?? "users" }

  private static func reason(_ device: HostFacts.Device, _ facts: HostFacts) -> String {
    "its permissions are \(HelperCheck.octal(device.mode)), and a tapster-helper that is not "
      + "set-user-ID opens it as its caller"
  }
}
