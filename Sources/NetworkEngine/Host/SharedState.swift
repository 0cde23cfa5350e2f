internal import LinuxHost
internal import LinuxTypes
internal import NetworkModel
internal import NetworkPlan

/// What all networks have in common: the firewall's table and the switch for forwarding. It is
/// changed under one lock, and who needs it is what the records say, which are written before and
/// removed after.
enum SharedState {
  /// Whether there is a record of a network but `name` for which `condition` is true; only of
  /// active ones, if asked so.
  static func isAnother(
    than name: NetworkName? = nil, active: Bool = false, _ condition: (AppliedRecord) -> Bool
  ) throws(EngineError) -> Bool {
    let directory = active ? Places.active : Places.running
    for other in try files({ () throws(FileError) in try Directory.names(directory) }) {
      guard let other = NetworkName(other), other != name else { continue }
      if let record = try AppliedRecord.read(other), condition(record) { return true }
    }
    return false
  }

  /// Waits for nft at work on a transaction that needs the table as ``FirewallPlan/skeleton`` makes
  /// it and other networks fill it.
  ///
  /// If that is refused, as it is after somebody's `nft flush ruleset`, the transaction `whole` is
  /// tried, which makes the table out of nothing.
  static func waitForFirewall(
    _ working: consuming Firewall, keeping kept: [Int32],
    orMake whole: () throws(EngineError) -> String
  ) throws(EngineError) {
    do throws(EngineError) { return try working.wait() } catch {
      guard case .programFailed = error else { throw error }
    }
    try Firewall.start(try whole(), keeping: kept).wait()
  }

  /// The parts of the firewall of all networks that are active, or all but one.
  static func parts(besides name: NetworkName? = nil) throws(EngineError) -> [FirewallPart] {
    var parts: [FirewallPart] = []
    for other in try ActiveNetworks.names() where other != name {
      guard let record = try AppliedRecord.read(other), record.hasFirewall,
        let network = try Definitions.live(other),
        // What cannot be planned today was started by another version; its rules are not known.
        let plan = try? Plan.of(network), let part = FirewallPart(plan)
      else { continue }
      parts.append(part)
    }
    return parts
  }
}
