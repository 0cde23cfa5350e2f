import TestSupport

/// A unit's limits, as far as there are such without systemd: its bounding set of capabilities and
/// no new ones, a file system that is closed but for what the unit opens, and a record of its
/// system calls to compare with those that the unit allows.
struct Confinement {
  private let unit: UnitFile
  private let record: String

  /// Of that unit.
  init(of unit: UnitFile, _ name: String) {
    self.unit = unit
    record = "\(Testbed.scratch)/\(name).calls"
  }

  /// The unit's command within its limits; it ends when the last program that it started has ended.
  func command(instance: String = "") -> [String] {
    let capabilities = unit.values("CapabilityBoundingSet").flatMap { $0.split(separator: " ") }
      .map { "+\($0.dropFirst("CAP_".count).lowercased())" }
    var open = ["/run/tapster", "/var/lib/tapster"]
    open += unit.values("ReadWritePaths").map { String($0.drop { $0 == "-" }) }
    let tunables = unit.values("ProtectKernelTunables") == ["yes"] ? "closed" : "open"
    return ["unshare", "--mount", "sh", "-euc", Self.script, "sh", tunables]
      + [open.joined(separator: " "), "strace", "-f", "-o", record]
      + ["setpriv", "--no-new-privs", "--bounding-set"]
      + [(["-all"] + capabilities).joined(separator: ","), "--"] + unit.command(instance: instance)
  }

  private static let script = """
    mkdir -p /run/tapster /var/lib/tapster/leases
    for place in $2 \(Testbed.scratch); do mount --bind $place $place; done
    for tree in /etc /var /run /; do mount -o remount,bind,ro $tree; done
    if [ $1 = closed ]; then
      mount --bind /proc/sys /proc/sys
      mount -o remount,bind,ro /proc/sys
    fi
    shift 2
    exec "$@"
    """

  /// The system calls that were made, if the command has ended, and that the unit does not allow.
  func forbiddenCalls(_ testbed: Testbed) throws -> Set<String> {
    var allowed: Set<String> = []
    for filter in unit.values("SystemCallFilter") {
      for group in filter.drop(while: { $0 == "~" }).split(separator: " ") {
        let calls = try Self.calls(String(group), testbed)
        if filter.hasPrefix("~") { allowed.subtract(calls) } else { allowed.formUnion(calls) }
      }
    }
    let lines = try testbed.read(record).split(separator: "\n")
    let made = lines.compactMap { line -> String? in
      guard let end = line.firstIndex(of: "("), let space = line.firstIndex(of: " ") else {
        return nil
      }
      let name = line[space..<end].drop { $0 == " " }
      return name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" } ? String(name) : nil
    }
    return Set(made).subtracting(allowed)
  }

  /// A group of system calls with the groups in it (`man 1 systemd-analyze`, syscall-filter).
  private static func calls(_ group: String, _ testbed: Testbed) throws -> Set<String> {
    var calls: Set<String> = []
    let listed = try testbed.output(["systemd-analyze", "--no-pager", "syscall-filter", group])
    for line in listed.split(separator: "\n") where line.hasPrefix("    ") {
      let name = line.drop { $0 == " " }
      if name.hasPrefix("@") {
        calls.formUnion(try Self.calls(String(name), testbed))
      } else if !name.hasPrefix("#") {
        calls.insert(String(name))
      }
    }
    return calls
  }
}
