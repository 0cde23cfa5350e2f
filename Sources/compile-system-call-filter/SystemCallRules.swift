internal import CLinux

/// A system call that the helper may make once it is confined: always, or where one argument has
/// certain bits.
struct SystemCallRule {
  /// The call's name, as in `man 2 syscalls`.
  let name: String
  /// The argument that is looked at, 0 for the first; -1 for none.
  var argument: Int32 = -1
  /// The bits of it that count.
  var mask: UInt64 = 0
  /// What they must be.
  var value: UInt64 = 0

  static func when(_ name: String, _ argument: Int32, is value: UInt64, mask: UInt64 = .max)
    -> SystemCallRule
  { SystemCallRule(name: name, argument: argument, mask: mask, value: value) }
}

/// What a process needs of the kernel; everything else kills it.
enum SystemCallRules {
  /// What opening a file for something else than its contents asks for; the last is what of
  /// O_TMPFILE is not O_DIRECTORY.
  private static let making = UInt64(O_CREAT | O_TRUNC | O_APPEND | 0o20_000_000)

  /// What the phases *Decide*, *Create* and *Hand over* need.
  static var ofConfined: [SystemCallRule] {
    let writing = UInt64(O_ACCMODE) | making
    return [
      // The tap.
      .when("ioctl", 1, is: UInt64(clinux_TUNSETIFF)),
      .when("ioctl", 1, is: UInt64(clinux_TUNSETOWNER)),
      .when("ioctl", 1, is: UInt64(clinux_TUNSETPERSIST)),
      .when("ioctl", 1, is: UInt64(clinux_TUNDETACHFILTER)),
      // The C library extends their uppermost bit, and the kernel cuts it off again.
      .when("ioctl", 1, is: UInt64(clinux_TUNSETFILTEREBPF), mask: UInt64(UInt32.max)),
      .when("ioctl", 1, is: UInt64(clinux_TUNSETSTEERINGEBPF), mask: UInt64(UInt32.max)),
      .when("ioctl", 1, is: UInt64(clinux_TUNSETSNDBUF)),
      .when("ioctl", 1, is: UInt64(clinux_TUNSETVNETHDRSZ)),
      .when("ioctl", 1, is: UInt64(clinux_TUNSETVNETLE)),
      .when("ioctl", 1, is: UInt64(clinux_SIOCGIFINDEX)),
      // The access control list and the names of users and groups: reading only.
      .when("openat", 2, is: UInt64(O_RDONLY), mask: writing),
      .init(name: "fstat"), .init(name: "newfstatat"), .init(name: "read"), .init(name: "close"),
      // Netlink, the system log, the caller's socket: all open by now.
      .init(name: "sendto"), .init(name: "recvfrom"), .init(name: "sendmsg"),
      .init(name: "getpid"), .init(name: "getrandom"),
      // A message and its reader, and the way out: giving up what is left, which a failure does
      // again from the start.
      .init(name: "write"), .when("ioctl", 1, is: UInt64(clinux_FIONREAD)), .init(name: "ppoll"),
      .init(name: "exit_group"), .init(name: "capset"), .init(name: "capget"),
      .init(name: "getresuid"), .init(name: "getresgid"),
      // Memory, none of it executable.
      .init(name: "brk"), .init(name: "munmap"), .init(name: "mremap"),
      .when("mmap", 2, is: 0, mask: UInt64(PROT_EXEC)),
      .when("mprotect", 2, is: 0, mask: UInt64(PROT_EXEC)),
      // What the C library does with the inner pages of what it frees.
      .when("madvise", 2, is: UInt64(MADV_FREE)), .when("madvise", 2, is: UInt64(MADV_DONTNEED)),
    ]
  }

  /// What a child of the broker needs, which is filtered before it has a client: the phases *Enter*
  /// and *Reduce* as well. What they change of its credentials they can change only as long as it
  /// has the capabilities for it, which *Reduce* takes.
  static var ofBrokerChild: [SystemCallRule] {
    let operations = [
      PR_SET_KEEPCAPS, PR_CAP_AMBIENT, PR_CAPBSET_READ, PR_SET_NO_NEW_PRIVS, PR_GET_NO_NEW_PRIVS,
      PR_SET_DUMPABLE, PR_GET_DUMPABLE,
    ]
    return ofConfined + [
      // The client, who connects, and the end of his time.
      .init(name: "accept4"), .init(name: "timer_create"), .init(name: "timer_settime"),
      .init(name: "sched_yield"),
      // Who he is, and to become him.
      .init(name: "getsockopt"), .init(name: "getpeername"), .init(name: "getgroups"),
      .init(name: "setgroups"), .init(name: "setresgid"), .init(name: "setresuid"),
      .init(name: "gettid"), .init(name: "rt_sigprocmask"),
      // Where the kernel does not lend its clock to programs.
      .init(name: "clock_gettime"),
      // The devices of further queues and of vhost-net; Landlock forbids the likes from *Confine*
      // on.
      .when("openat", 2, is: UInt64(O_RDWR), mask: UInt64(O_ACCMODE) | making),
      .init(name: "landlock_create_ruleset"), .init(name: "landlock_restrict_self"),
    ] + operations.map { .when("prctl", 0, is: UInt64($0)) }
  }
}
