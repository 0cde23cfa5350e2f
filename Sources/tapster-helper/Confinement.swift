internal import CLinux
internal import TapBroker

/// Phase 2: what is left of the file system and of the system calls.
enum Confinement {
  /// Confines the process for good. Landlock as far as the kernel has it; seccomp always, unless
  /// the system calls are filtered already.
  static func confine(isFiltered: Bool) throws(Refusal) {
    // Reading stays open everywhere, for an include may name any path, and a file that Landlock hid
    // would be taken for one that the caller may not read, together with its denies. The process
    // has the caller's rights by now: it reads nothing that he could not read himself.
    let version = clinux_landlock_version()
    if version >= 1 {
      guard clinux_landlock_read_files_only(version) == 0 else {
        throw Refusal(.failure, "Landlock refused the confinement")
      }
    }
    if !isFiltered { try SystemCallFilter.install(.ofConfined) }
  }
}
