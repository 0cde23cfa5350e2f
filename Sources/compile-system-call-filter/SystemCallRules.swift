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

/// What the phases *Decide*, *Create* and *Hand over* need of the kernel; everything else kills the
/// process.
enum SystemCallRules {
  static var all: [SystemCallRule] {
    let writing = UInt64(O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND)
    return [
      // The tap.
      .when("ioctl", 1, is: UInt64(clinux_TUNSETIFF)),
      .when("ioctl", 1, is: UInt64(clinux_TUNSETOWNER)),
      .when("ioctl", 1, is: UInt64(clinux_TUNSETPERSIST)),
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
    ]
  }
}
