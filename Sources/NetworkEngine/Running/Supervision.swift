internal import LinuxHost
internal import LinuxTypes
public import NetworkModel
internal import NetworkPlan

/// Keeping a network's dnsmasq there on behalf of a service manager, which starts us again when we
/// end.
///
/// Firewall, bridge and guests are not touched: for these see ``RunningNetwork/repair(_:)``.
public enum Supervision {
  /// Why there is nothing to supervise.
  public enum Ending: Sendable {
    /// The network does not run, or no longer.
    case stopped
    /// It runs, and needs no dnsmasq.
    case needsNone
  }

  /// Waits for the end of the dnsmasq that a network has, and then becomes it.
  ///
  /// So it does not matter who started the first one, and it is not disturbed. Returns when there
  /// is nothing to become; otherwise this process ends as dnsmasq does.
  public static func run(_ name: NetworkName) throws(EngineError) -> Ending {
    while true {
      // Whoever starts, changes or stops the network has come to an end when we have the lock.
      let (ending, running) = try look(name)
      if let ending { return ending }
      do throws(Errno) { try running?.awaitEnd() } catch {
        throw .programFailed("waiting for dnsmasq", error.description)
      }
    }
  }

  /// Finds out what there is, or becomes it: a process to wait for, or the reason why there is
  /// none.
  private static func look(
    _ name: NetworkName
  ) throws(EngineError) -> (Ending?, RunningDnsmasq?) {
    try Lock.tidying { () throws(EngineError) in
      try Lock.hold(try Lock.network(name)) { lock throws(EngineError) in
        guard ActiveNetworks.contains(name) else { return (.stopped, nil) }
        _ = try ChangeJournal.settle(name, lock)
        let live = try Definitions.live(name)
        let network = if let live { live } else { try Definitions.network(name) }
        guard let network else { return (.stopped, nil) }
        guard let plan = try Plan.of(network).dnsmasq else { return (.needsNone, nil) }
        if let running = try Dnsmasq.running(name) { return (nil, RunningDnsmasq(running)) }
        // One that has not come as far as to write its number.
        try Dnsmasq.end(name)
        try Dnsmasq.become(plan, of: name, holding: lock)
      }
    }
  }
}

/// A dnsmasq to wait for.
private final class RunningDnsmasq {
  private let process: ProcessHandle

  init(_ process: consuming ProcessHandle) { self.process = process }

  func awaitEnd() throws(Errno) { try process.awaitEnd() }
}
