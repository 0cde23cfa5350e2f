internal import CCapNG
internal import CLinux
internal import LinuxNetworking
internal import LinuxTypes
internal import TapBroker

/// Phase 1: the rights that were given by set-user-ID or file capability become CAP_NET_ADMIN, and
/// later nothing.
///
/// libcap-ng changes them; what came of it is read back from the kernel by other means, and if it
/// did not take, the program stops.
enum Reduction {
  /// CAP_NET_ADMIN as a bit of a capability set (`<linux/capability.h>`).
  static let netAdmin = UInt64(1) << UInt64(CAP_NET_ADMIN)

  /// Becomes the caller, with his supplementary groups, and CAP_NET_ADMIN alone.
  ///
  /// The bounding set is emptied where the process may (it may not when it has but a file
  /// capability; then no_new_privs alone keeps it from gaining anything).
  static func reduceToCaller() throws(Refusal) -> Credentials {
    let before = try read()
    let caller = try realCredentials()
    let mayEmptyBoundingSet = before.sets.effective & (1 << UInt64(CAP_SETPCAP)) != 0

    // Not by libcap-ng, which would read /proc/PID/status three times over it.
    if mayEmptyBoundingSet, clinux_empty_bounding_set() != 0 {
      throw Refusal(.failure, "cannot empty the bounding set")
    }
    capng_clear(CAPNG_SELECT_ALL)
    var result = capng_update(
      CAPNG_ADD, capng_type_t(CAPNG_EFFECTIVE.rawValue | CAPNG_PERMITTED.rawValue),
      UInt32(CAP_NET_ADMIN))
    if result == 0 {
      result =
        before.ids.effective_user == 0
        ? capng_change_id(
          Int32(bitPattern: before.ids.real_user), Int32(bitPattern: before.ids.real_group),
          CAPNG_NO_FLAG)
        : capng_apply(CAPNG_SELECT_CAPS)
    }
    guard result == 0 else { throw Refusal(.failure, "cannot reduce the privileges") }
    try forbidGains()

    let after = try read()
    guard isCaller(after.ids, before.ids), after.sets.effective == netAdmin,
      after.sets.permitted == netAdmin, after.sets.inheritable == 0,
      !mayEmptyBoundingSet || clinux_bounding_capabilities() == 0,
      try realCredentials() == caller
    else { throw Refusal(.failure, "the privileges were not reduced as asked") }
    return caller
  }

  /// Gives up all but what the broker needs to fork a child that takes this from there: the tap's
  /// CAP_NET_ADMIN, and CAP_SETUID and CAP_SETGID to become its client. The user stays root, whose
  /// the device may be.
  static func reduceToServe() throws(Refusal) {
    let needed = [CAP_NET_ADMIN, CAP_SETUID, CAP_SETGID]
    let kept = needed.reduce(UInt64(0)) { $0 | 1 << UInt64($1) }
    guard try read().sets.effective & kept == kept, clinux_empty_bounding_set() == 0 else {
      throw Refusal(
        .failure,
        "the broker needs CAP_NET_ADMIN, CAP_SETUID, CAP_SETGID, and CAP_SETPCAP to start",
        advice: "start it as root of the host, or with CapabilityBoundingSet= of those")
    }
    capng_clear(CAPNG_SELECT_ALL)
    for capability in needed {
      guard
        capng_update(
          CAPNG_ADD, capng_type_t(CAPNG_EFFECTIVE.rawValue | CAPNG_PERMITTED.rawValue),
          UInt32(capability)) == 0
      else { throw Refusal(.failure, "cannot reduce the privileges") }
    }
    guard capng_apply(CAPNG_SELECT_CAPS) == 0 else {
      throw Refusal(.failure, "cannot reduce the privileges")
    }
    try forbidGains()

    let after = try read()
    guard after.sets.effective == kept, after.sets.permitted == kept, after.sets.inheritable == 0,
      clinux_bounding_capabilities() == 0
    else { throw Refusal(.failure, "the privileges were not reduced as asked") }
  }

  /// Becomes the caller without any capability.
  @discardableResult
  static func reduceToNothing() throws(Refusal) -> Credentials {
    guard surrender() else { throw Refusal(.failure, "cannot give up the privileges") }
    try forbidGains()
    return try realCredentials()
  }

  /// Gives up CAP_NET_ADMIN.
  static func dropLastCapability() throws(Refusal) {
    guard clinux_drop_capabilities() == 0 else {
      throw Refusal(.failure, "cannot give up CAP_NET_ADMIN")
    }
  }

  /// Gives up whatever there is beyond the caller's own, in any phase; false if that failed.
  static func surrender() -> Bool { clinux_surrender() == 0 }

  private static func forbidGains() throws(Refusal) {
    guard clinux_set_no_new_privileges() == 0, clinux_has_no_new_privileges() == 1,
      // Changing ids may have reset it (man 2 prctl).
      clinux_set_not_dumpable() == 0, clinux_is_dumpable() == 0
    else { throw Refusal(.failure, "cannot set no_new_privs") }
  }

  private static func isCaller(_ ids: clinux_process_ids, _ before: clinux_process_ids) -> Bool {
    let user = before.real_user
    let group = before.real_group
    return ids.real_user == user && ids.effective_user == user && ids.saved_user == user
      && ids.real_group == group && ids.effective_group == group && ids.saved_group == group
  }

  /// Whom the process acts for.
  static func realCredentials() throws(Refusal) -> Credentials {
    do throws(Errno) { return try Credentials.realOnes() } catch {
      throw Refusal(.failure, "cannot read who the caller is: \(error.description)")
    }
  }

  private static func read() throws(Refusal) -> (
    ids: clinux_process_ids, sets: clinux_capability_sets
  ) {
    var ids = clinux_process_ids()
    var sets = clinux_capability_sets()
    do throws(Errno) {
      // SAFETY: each call fills in the structure that its pointer points to.
      _ = try value(unsafe clinux_ids(&ids))
      _ = try value(unsafe clinux_capabilities(&sets))
    } catch { throw Refusal(.failure, "cannot read the privileges: \(error.description)") }
    return (ids, sets)
  }
}
