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

  /// What the command line says, or a request to the broker.
  static func command(_ words: [[UInt8]], from origin: RequestOrigin) throws(Refusal)
    -> HelperCommand
  {
    do throws(HelperCommand.UsageError) {
      return try HelperCommand.parse(words, from: origin)
    } catch {
      throw Refusal(.usage, error.text, advice: "usage: \(Usage.line)")
    }
  }

  /// Why the process may not make taps in the network that `socket` is of, and that no broker is
  /// there to make them for it; nil if it may.
  static func obstacle(over socket: borrowing RouteSocket) throws(Refusal) -> Refusal? {
    var sets = clinux_capability_sets()
    do throws(Errno) {
      // SAFETY: the call fills in the structure that the pointer points to.
      _ = try value(unsafe clinux_capabilities(&sets))
    } catch { throw Refusal(.failure, "cannot read the capabilities: \(error.description)") }
    let broker = "systemctl start tapster-broker.socket"
    if sets.permitted & Reduction.netAdmin != 0 {
      if socket.mayAdminister { return nil }
      return Refusal(
        .failure,
        "CAP_NET_ADMIN of this user namespace does not hold for its network, and no broker answers",
        advice: "an administrator can run: \(broker)")
    }
    if clinux_has_no_new_privileges() == 1 {
      return Refusal(
        .failure,
        "started with no_new_privs, so that set-user-ID and file capabilities have no effect, and "
          + "no broker answers",
        advice: "start it without no_new_privs, or let an administrator run: \(broker)")
    }
    return Refusal(
      .failure,
      "no privilege to make taps: neither set-user-ID root nor CAP_NET_ADMIN, and no broker answers",
      advice: "an administrator can run: chown root FILE; chmod 4755 FILE; or: \(broker)")
  }

  /// Whether the process may administer a network that does not have what `command` is about: that
  /// of a container, whose root cannot but mean the host's. Where the rights come from the
  /// program's file there is no such doubt.
  static func isElsewhere(
    _ command: HelperCommand, from origin: RequestOrigin, over socket: inout RouteSocket
  ) throws(Refusal) -> Bool {
    guard origin == .commandLine, clinux_gained_rights() == 0 else { return false }
    let name: InterfaceName
    switch command {
    case .check(let request), .persist(let request), .grant(let request, _): name = request.bridge
    case .remove(let tap): name = tap
    case .help, .version, .serve: return false
    }
    do throws(NetlinkError) { return try socket.link(named: name) == nil } catch {
      throw Refusal(.failure, error.description)
    }
  }

  /// Opens `/dev/net/tun` once for each queue but those that `opened` is for.
  static func openTaps(_ count: Int, besides opened: consuming DescriptorList) throws(Refusal)
    -> TapDevice
  {
    TapDevice(unattached: try open(TapDevice.devicePath, count, module: "tun", besides: opened))
  }

  /// Opens `/dev/vhost-net` `count` times, perhaps never.
  static func openVhosts(_ count: Int) throws(Refusal) -> DescriptorList {
    try open(FilePath("/dev/vhost-net"), count, module: "vhost_net")
  }

  private static func open(
    _ path: FilePath, _ count: Int, module: String,
    besides opened: consuming DescriptorList = DescriptorList()
  ) throws(Refusal) -> DescriptorList {
    var descriptors = opened
    while descriptors.numbers.count < count {
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
