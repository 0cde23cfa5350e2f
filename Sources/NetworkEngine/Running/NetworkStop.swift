internal import LinuxHost
internal import LinuxTypes
internal import NetworkModel
internal import NetworkPlan
internal import RouteNetlink

/// Takes networks down.
enum NetworkStop {
  /// Takes away all that `record` says may be there. Goes on when something fails, and throws all
  /// that did. The rules of `others`, which are about to be undone as well, are not put back.
  static func undo(
    _ name: NetworkName, _ record: AppliedRecord?, _ lock: Int32, wasActive: Bool,
    with others: Set<NetworkName> = []
  ) throws(EngineError) {
    var failures = Failures()
    if let record {
      // dnsmasq ends while the rest is taken away.
      var dnsmasq: ProcessHandle?
      if wasActive { dnsmasq = (try? Dnsmasq.running(name)) ?? nil }
      if let running = dnsmasq.take() {
        running.terminate()
        failures.attempt { () throws(EngineError) in
          try removeLinksAndRules(name, record, lock, others)
        }
        running.awaitEnd(killingAfter: 5000)
      } else {
        failures.attempt { () throws(EngineError) in try Dnsmasq.endAll(name) }
        failures.attempt { () throws(EngineError) in
          try removeLinksAndRules(name, record, lock, others)
        }
      }
    }
    if failures.isEmpty { failures.attempt { () throws(EngineError) in try removeFiles(name) } }
    try failures.rethrow()
  }

  /// Takes away the bridge, and the network out of what it shares with others.
  ///
  /// The bridge is set down first, so that no packet passes without rules; then the kernel deletes
  /// it while nft takes the rules out, since either waits some ten milliseconds for packets that
  /// are under way.
  private static func removeLinksAndRules(
    _ name: NetworkName, _ record: AppliedRecord, _ lock: Int32, _ others: Set<NetworkName>
  ) throws(EngineError) {
    let connection = try routes { () throws(RouteError) in try RouteConnection.open() }
    let bridge = try ours(name, record, connection)
    if let bridge {
      try routes { () throws(RouteError) in
        try connection.setDown(bridge.index)
        // Else the host would take what their guests send for its own, from an interface of which
        // no rule of ours speaks.
        for port in try connection.links() where port.master == bridge.index && port.kind == "tun" {
          do throws(RouteError) { try connection.setDown(port.index) } catch {
            // It may have gone meanwhile, and else it is not ours.
            if try connection.link(port.index) != nil { throw error }
          }
        }
      }
    }

    let shared = try Lock.shared()
    var failures = Failures()
    let kept = [shared.descriptor]
    var firewall: Firewall?
    do throws(EngineError) {
      if record.hasFirewall {
        var removal = [UInt8](FirewallPlan.removalOfAll.utf8)
        var isShared = try SharedState.isAnother(than: name) { $0.hasFirewall }
        if !isShared { isShared = try !SharedState.bridgesWithoutRecord(connection).isEmpty }
        if isShared {
          let path = Places.firewallRemoval(name)
          removal = try files { () throws(FileError) in try File.read(path) } ?? []
          // Without it, only what has to be there is known.
          if removal.isEmpty {
            removal = Array(try whole(besides: others.union([name]), record).utf8)
          }
        }
        firewall = try Firewall.start(
          String(decoding: removal, as: UTF8.self), keeping: kept)
      }
    } catch { failures.add(error) }
    if let bridge = record.bridge?.name, !record.docker.isEmpty {
      failures.attempt { () throws(EngineError) in
        try DockerRules.remove(bridge, record.docker)
      }
    }
    if let name = record.shapes {
      failures.attempt { () throws(EngineError) in
        try routes { () throws(RouteError) in
          if let bridge = try connection.link(name.interface) {
            try connection.unshape(bridge.index)
          }
        }
      }
    }
    if let bridge {
      failures.attempt { () throws(EngineError) in
        try routes { () throws(RouteError) in try connection.delete(bridge.index) }
      }
    }
    if let working = firewall.take() {
      do throws(EngineError) {
        try SharedState.waitForFirewall(working, keeping: kept) { () throws(EngineError) in
          try whole(besides: others.union([name]), record)
        }
      } catch { failures.add(error) }
    }
    for family in Forwarding.allCases {
      failures.attempt { () throws(EngineError) in try family.switchBack(after: name) }
    }
    failures.attempt { () throws(EngineError) in try InotifyLimit.putBack(after: name) }
    if failures.isEmpty {
      // Of several that stop at once, each would take the others for such as need the table still.
      var rest = record
      rest.hasFirewall = false
      rest.forwards = []
      // Where there is no room for it, the network goes all the same.
      try? rest.write(name)
    }
    do throws(EngineError) { try Lock.release(shared) } catch { failures.add(error) }
    try failures.rethrow()
  }

  /// The transaction that makes the table with the rules of all other networks; where these are not
  /// known, one that takes away what the network has for sure and leaves all else.
  private static func whole(
    besides names: Set<NetworkName>, _ record: AppliedRecord
  ) throws(EngineError) -> String {
    do throws(EngineError) {
      return FirewallPart.whole(try SharedState.parts(besides: names))
    } catch {
      switch error {
      case .otherVersion, .unknownRules: break
      default: throw error
      }
      guard let bridge = record.bridge else { throw error }
      return FirewallPlan.skeleton + FirewallPlan.removal(of: bridge.name)
    }
  }

  /// The bridge that the record of network `name` speaks of, if it is there and ours; it may have
  /// another name by now.
  static func ours(
    _ name: NetworkName, _ record: AppliedRecord, _ connection: borrowing RouteConnection
  ) throws(EngineError) -> RouteConnection.Link? {
    guard let bridge = record.bridge else { return nil }
    let named = try routes { () throws(RouteError) in try connection.link(bridge.name.interface) }
    if let named, named.isBridge, named.mac == bridge.mac { return named }
    guard let index = bridge.index,
      let renamed = try routes({ () throws(RouteError) in try connection.link(index) }),
      renamed.isBridge, renamed.mac == bridge.mac,
      // A record that outlived the machine's start has numbers of what is there no more.
      try !SharedState.isAnother(than: name, { $0.bridge?.name.text == renamed.name })
    else { return nil }
    return renamed
  }

  /// Removes the files of a network's run: the record when all that it speaks of is gone, and then
  /// what tells of the network, which may not be defined.
  private static func removeFiles(_ name: NetworkName) throws(EngineError) {
    try files { () throws(FileError) in
      // Leases that were given outlive the run, so that guests get their addresses again.
      if File.size(Places.leases(name)) == 0 { try File.remove(Places.leases(name)) }
      let directory = Places.running(name)
      let last = [Places.record(name), Places.live(name)]
      for file in try Directory.names(directory) where !last.contains(directory.appending(file)) {
        try File.remove(directory.appending(file))
      }
      for file in last { try File.remove(file) }
      try Directory.removeIfEmpty(directory)
    }
  }
}
