internal import LinuxHost
internal import LinuxTypes
internal import NetworkModel
internal import NetworkPlan

/// Changes of how a network runs.
enum LiveChange {
  /// Has the network run as `change.new` says, and then does `commit`; puts all back if that
  /// throws. `lock` is the network's.
  static func apply(
    _ change: (old: Network, new: Network), _ lock: Int32,
    _ commit: () throws(EngineError) -> Void = {}
  ) throws(EngineError) {
    let name = change.old.name
    let paths = Places.dnsmasq(name, user: try Dnsmasq.user())
    let (old, new): (Plan, Plan)
    do throws(Plan.Refusal) {
      old = try Plan(change.old, files: paths)
      new = try Plan(change.new, files: paths)
    } catch { throw .plan(name, error) }
    guard old == new else { throw .changingRunning("that") }
    try write(change.new)
    do throws(EngineError) { try commit() } catch {
      var failures = Failures()
      failures.add(error)
      failures.attempt { () throws(EngineError) in try write(change.old) }
      try failures.rethrow()
    }
  }

  private static func write(_ network: Network) throws(EngineError) {
    try files { () throws(FileError) in
      try File.replace(Places.live(network.name), with: Array(network.xml.utf8))
    }
  }
}
