internal import CLinux
internal import LinuxNetworking
internal import LinuxTypes
internal import TapBroker

/// The system calls that may be made, as `SystemCallRules` lists them, compiled at build time. Any
/// other kills the process (`man 2 seccomp`).
enum SystemCallFilter {
  /// What is to be filtered.
  enum Scope {
    /// A process from the phase *Decide* on.
    case ofConfined
    /// A child of the broker, from before it has a client.
    case ofBrokerChild
  }

  /// Puts the filter in force; needs no_new_privs.
  static func install(_ scope: Scope) throws(Refusal) {
    let program =
      switch scope {
      case .ofConfined: CompiledSystemCallFilter.ofConfined
      case .ofBrokerChild: CompiledSystemCallFilter.ofBrokerChild
      }
    do throws(Errno) {
      // SAFETY: the array outlives the call, which copies as many instructions as it is told.
      _ = try value(unsafe clinux_install_filter(program, program.count))
    } catch { throw Refusal(.failure, "the system call filter: \(error.description)") }
  }
}
