internal import CLinux
internal import LinuxNetworking
internal import LinuxTypes
internal import TapBroker

/// Phase 0: what the caller left behind is put in order, his command line is read, the devices are
/// opened.
enum Entry {
  /// Undoes what a caller can leave behind in a process that he starts (`man 2 execve`, "Effect on
  /// process attributes").
  static func settle() throws(Refusal) {
    do throws(Errno) {
      // Else a file of ours could become descriptor 2, and a message be written into it.
      _ = try value(clinux_fill_standard_descriptors())
      _ = try value(clinux_clear_environment())
      _ = try value(clinux_reset_signals())
      _ = try value(clinux_stop_timers())
      _ = try value(clinux_set_umask(0o077))
      _ = try value(clinux_forbid_core_files())
      _ = try value(clinux_set_not_dumpable())
    } catch { throw Refusal(.failure, "cannot settle: \(error.description)") }
  }

  /// What the command line says.
  static func command(_ words: [[UInt8]]) throws(Refusal) -> HelperCommand {
    do throws(HelperCommand.UsageError) { return try HelperCommand.parse(words) } catch {
      throw Refusal(.usage, error.text, advice: "usage: \(Usage.line)")
    }
  }

  /// Throws unless the process may make taps, and says why it may not.
  static func checkPrivilege() throws(Refusal) {
    var sets = clinux_capability_sets()
    do throws(Errno) {
      // SAFETY: the call fills in the structure that the pointer points to.
      _ = try value(unsafe clinux_capabilities(&sets))
    } catch { throw Refusal(.failure, "cannot read the capabilities: \(error.description)") }
    if sets.permitted & Reduction.netAdmin != 0 { return }
    if clinux_has_no_new_privileges() == 1 {
      throw Refusal(
        .failure,
        "started with no_new_privs, so that set-user-ID and file capabilities have no effect",
        advice:
          "start it without no_new_privs (setpriv, NoNewPrivileges= of systemd, containers)"
      )
    }
    throw Refusal(
      .failure, "no privilege to make taps: neither set-user-ID root nor CAP_NET_ADMIN",
      advice:
        "an administrator can run: chown root FILE; chmod 4755 FILE, where nosuid is not set"
    )
  }

  /// Opens `/dev/net/tun` once for each queue.
  static func openTaps(_ count: Int) throws(Refusal) -> TapDevice {
    TapDevice(unattached: try open(TapDevice.devicePath, count, module: "tun"))
  }

  /// Opens `/dev/vhost-net` `count` times, perhaps never.
  static func openVhosts(_ count: Int) throws(Refusal) -> DescriptorList {
    try open(FilePath("/dev/vhost-net"), count, module: "vhost_net")
  }

  private static func open(_ path: FilePath, _ count: Int, module: String) throws(Refusal)
    -> DescriptorList
  {
    var descriptors = DescriptorList()
    for _ in 0..<count {
      do throws(Errno) {
        descriptors.append(try FileDescriptor.open(path, flags: O_RDWR | O_NOCTTY))
      } catch {
        throw Refusal(
          .unavailable, "cannot open \(path.description): \(error.description)",
          advice: advice(error, path, module))
      }
    }
    return descriptors
  }

  private static func advice(_ errno: Errno, _ path: FilePath, _ module: String) -> String {
    switch errno {
    case .noSuchFile, .noSuchDevice, .noSuchDeviceOrAddress:
      "an administrator can run: modprobe \(module)"
    case .accessDenied, .notPermitted:
      "an administrator can make the helper set-user-ID root, or open \(path.description) to you"
    default: "raise the limit of open files (ulimit -n) if that is what it is"
    }
  }
}
