internal import CLinux
internal import CSeccomp
internal import LinuxTypes
internal import TapBroker

/// The system calls that the phases *Decide*, *Create* and *Hand over* make; any other kills the process
/// (`man 2 seccomp`).
enum SystemCallFilter {
  /// Puts the filter in force.
  static func install() throws(Refusal) {
    // SAFETY: libseccomp allocates the filter, and it is released below; nothing keeps it.
    guard let filter = unsafe seccomp_init(cseccomp_kill_process) else {
      throw Refusal(.failure, "no memory for a system call filter")
    }
    defer { unsafe seccomp_release(filter) }
    var result = unsafe seccomp_attr_set(filter, SCMP_FLTATR_CTL_NNP, 0)
    for rule in rules where result == 0 {
      result = unsafe cseccomp_allow(
        filter, rule.call, rule.argument, rule.mask, rule.value)
    }
    if result == 0 { result = unsafe seccomp_load(filter) }
    guard result == 0 else {
      throw Refusal(.failure, "the system call filter: \(Errno(-result).description)")
    }
  }

  /// A call that is allowed, always or where an argument has certain bits.
  private struct Rule {
    let call: Int32
    /// The argument that is looked at, 0 for the first; -1 for none.
    var argument: Int32 = -1
    /// The bits of it that count.
    var mask: UInt64 = 0
    /// What they must be.
    var value: UInt64 = 0

    static func always(_ call: Int32) -> Rule { Rule(call: call) }

    static func when(_ call: Int32, _ argument: Int32, is value: UInt64, mask: UInt64 = .max)
      -> Rule
    { Rule(call: call, argument: argument, mask: mask, value: value) }
  }

  private static var rules: [Rule] {
    let accessMode = UInt64(O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND)
    return [
      .when(__NR_ioctl, 1, is: UInt64(clinux_TUNSETIFF)),
      .when(__NR_ioctl, 1, is: UInt64(clinux_TUNSETOWNER)),
      .when(__NR_ioctl, 1, is: UInt64(clinux_SIOCGIFINDEX)),
      .when(__NR_openat, 2, is: UInt64(O_RDONLY), mask: accessMode),
      .when(__NR_socket, 0, is: UInt64(AF_NETLINK)),
      .when(__NR_socket, 0, is: UInt64(AF_UNIX)),
      // No memory that can be executed.
      .when(__NR_mmap, 2, is: 0, mask: UInt64(PROT_EXEC)),
      .when(__NR_setsockopt, 1, is: UInt64(SOL_NETLINK)),
      .always(__NR_getsockopt), .always(__NR_getpeername), .always(__NR_connect),
      .always(__NR_sendto), .always(__NR_sendmsg), .always(__NR_recvfrom),
      .always(__NR_read), .always(__NR_write), .always(__NR_close), .always(__NR_newfstatat),
      .always(__NR_getrandom), .always(__NR_getpid), .always(__NR_getuid), .always(__NR_getgid),
      .always(__NR_geteuid), .always(__NR_getegid), .always(__NR_getresuid),
      .always(__NR_getresgid), .always(__NR_getgroups), .always(__NR_setresuid),
      .always(__NR_setresgid), .always(__NR_capset), .always(__NR_capget), .always(__NR_prctl),
      .always(__NR_brk), .always(__NR_munmap), .always(__NR_mremap), .always(__NR_exit_group),
      .always(__NR_rt_sigreturn),
    ]
  }
}
