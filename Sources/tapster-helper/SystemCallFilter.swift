internal import CLinux
internal import LinuxNetworking
internal import LinuxTypes
internal import TapBroker

/// The system calls that may be made from the phase *Decide* on: those of `SystemCallRules`,
/// compiled at build time. Any other kills the process (`man 2 seccomp`).
enum SystemCallFilter {
  /// Puts the filter in force; needs no_new_privs.
  static func install() throws(Refusal) {
    let program = CompiledSystemCallFilter.program
    do throws(Errno) {
      // SAFETY: the array outlives the call, which copies as many instructions as it is told.
      _ = try value(unsafe clinux_install_filter(program, program.count))
    } catch { throw Refusal(.failure, "the system call filter: \(error.description)") }
  }
}
