/// Whether the caller can get a tap made at all.
enum HelperCheck {
  static func run(_ facts: HostFacts) -> CheckResult {
    let path = ShellWord.quoted(facts.helperPath)
    guard let helper = facts.helper else {
      let what = "there is no \(facts.helperPath)"
      let why = "nothing else may make taps for users"
      if facts.isPackaged {
        return .found(
          Finding(
            .helperMissing, what, why: why, fix: "apt-get install --reinstall tapster-helper"))
      }
      return .found(
        Finding(.helperMissing, what, why: why, advice: "install it: make install-files"))
    }
    if !mayRun(facts.user, helper) {
      return .found(
        Finding(
          .helperClosed, "\(facts.helperPath) may not be run by \(facts.user?.name ?? "users")",
          why: "its permissions are \(octal(helper.mode))", fix: "chmod go+rx \(path)"))
    }
    // Whoever has the broker needs no privilege of the helper's.
    if facts.broker == .answers {
      guard let user = facts.user, let refusal = user.brokerRefusal else {
        return .fine("tapster-helper is there, and the broker answers")
      }
      let ownWay = privilege(facts, helper)
      if ownWay.findings.isEmpty { return ownWay }
      return .found(
        Finding(
          .brokerRefuses, "the broker gives \(user.name) nothing: \(refusal)",
          why: "tapster-helper has no privilege of its own here, and asks the broker",
          advice: "a container's user asks as root of the container, which mostly is its owner"))
    }
    return privilege(facts, helper)
  }

  /// Whether the helper gets taps made without the broker.
  private static func privilege(
    _ facts: HostFacts, _ helper: HostFacts.Helper
  ) -> CheckResult {
    let path = ShellWord.quoted(facts.helperPath)
    // From inside a user namespace it seems to be nobody's.
    if facts.confinement?.isInUserNamespace == true, let found = confinement(facts) {
      return found
    }
    if helper.owner != 0, helper.mode & 0o4000 != 0 || !helper.hasCapability {
      return .found(
        Finding(
          .helperOwner, "\(facts.helperPath) belongs to uid \(helper.owner), not to root",
          why: "set-user-ID makes it that user, who may not make taps",
          fix: "chown root:root \(path) && chmod 4755 \(path)"))
    }
    if helper.mode & 0o4000 == 0, !helper.hasCapability {
      return .found(
        Finding(
          .helperPrivilege,
          "\(facts.helperPath) is neither set-user-ID nor has it CAP_NET_ADMIN",
          why: "so the kernel makes no tap for it", fix: "chmod 4755 \(path)"))
    }
    if helper.isOnNosuid {
      return .found(
        Finding(
          .helperNosuid, "\(facts.helperPath) is on a file system mounted nosuid",
          why: "programs get no privilege there",
          fix: "mount -o remount,suid \"$(findmnt -n -o TARGET -T \(path))\""))
    }
    return confinement(facts)
      ?? .fine("tapster-helper is \(helper.mode & 0o4000 != 0 ? "set-user-ID" : "privileged")")
  }

  /// What is wrong with the caller himself, rather than with the host.
  private static func confinement(_ facts: HostFacts) -> CheckResult? {
    guard let confinement = facts.confinement else { return nil }
    let start = brokerStart(facts)
    let silence =
      facts.broker == .silent ? "the broker does not answer" : "there is no broker to do it"
    if confinement.isInUserNamespace {
      return .found(
        Finding(
          .userNamespace, "this shell is in a user namespace, where set-user-ID has no effect",
          why: "\(silence) instead", fix: start))
    }
    if confinement.hasNoNewPrivileges {
      return .found(
        Finding(
          .noNewPrivileges, "this shell runs with no_new_privs, so set-user-ID has no effect",
          why: "\(silence) instead", fix: start))
    }
    return nil
  }

  private static func brokerStart(_ facts: HostFacts) -> String {
    facts.hasSystemd
      ? "systemctl restart tapster-broker.socket"
      : "setsid \(ShellWord.quoted(facts.helperPath)) --serve >/dev/null 2>&1 &"
  }

  private static func mayRun(_ user: HostFacts.User?, _ helper: HostFacts.Helper) -> Bool {
    FileAccess.allows(
      user, owner: helper.owner, group: helper.group, mode: helper.mode, bits: 0o1,
      besideRoot: helper.mode & 0o111 != 0)
  }

  static func octal(_ mode: UInt32) -> String { "0" + String(mode, radix: 8) }
}

/// What permissions say (`man 7 path_resolution`).
enum FileAccess {
  /// Whether `user`, or anybody if nil, may do what `bits` of 0o7 says. `besideRoot` is what root
  /// may.
  static func allows(
    _ user: HostFacts.User?, owner: UInt32, group: UInt32, mode: UInt32, bits: UInt32,
    besideRoot: Bool = true
  ) -> Bool {
    guard let user else { return besideRoot }
    if user.number == 0 { return besideRoot }
    if user.number == owner { return mode >> 6 & bits == bits }
    if user.groups.contains(group) { return mode >> 3 & bits == bits }
    return mode & bits == bits
  }
}
