internal import LinuxHost
internal import LinuxTypes
internal import NetworkModel
internal import NetworkPlan

/// What all networks have in common: the firewall's table and the switch for forwarding. It is
/// changed under one lock, and who needs it is what the records say, which are written before and
/// removed after.
enum SharedState {
  private static let forwarding = FilePath("/proc/sys/net/ipv4/ip_forward")

  /// Whether there is a record of a network but `name` for which `condition` is true; only of
  /// active ones, if asked so.
  static func isAnother(
    than name: NetworkName, active: Bool = false, _ condition: (AppliedRecord) -> Bool
  ) throws(EngineError) -> Bool {
    let directory = active ? Places.active : Places.running
    for other in try files({ () throws(FileError) in try Directory.names(directory) }) {
      guard let other = NetworkName(other), other != name else { continue }
      if let record = try AppliedRecord.read(other), condition(record) { return true }
    }
    return false
  }

  /// Runs nft on `transaction`, which needs the table as ``FirewallPlan/skeleton`` makes it and
  /// other networks fill it.
  ///
  /// If that is refused, as it is after somebody's `nft flush ruleset`, it is tried once more
  /// behind what makes the table whole.
  static func waitForFirewall(
    _ working: consuming Firewall, _ transaction: String, of name: NetworkName,
    keeping kept: [Int32]
  ) throws(EngineError) {
    do throws(EngineError) { return try working.wait() } catch {
      guard case .programFailed = error else { throw error }
    }
    try Firewall.start(FirewallPlan.skeleton + others(than: name) + transaction, keeping: kept)
      .wait()
  }

  /// The rules of all networks that run but `name`, as they are put in.
  private static func others(than name: NetworkName) throws(EngineError) -> String {
    var text = ""
    for other in try files({ () throws(FileError) in try Directory.names(Places.running) }) {
      guard let other = NetworkName(other), other != name,
        ActiveNetworks.contains(other), let record = try AppliedRecord.read(other),
        record.hasFirewall,
        let network = try Definitions.live(other),
        // What cannot be planned today was started by another version; its rules are not known.
        let plan = try? Plan(network, files: Places.dnsmasq(other, user: nil))
      else { continue }
      text += plan.firewall?.installation ?? ""
    }
    return text
  }

  /// Has the host forward IPv4, and notes what it did before, if no network did so yet.
  static func switchForwardingOn() throws(EngineError) {
    let now = try files { () throws(FileError) in try File.read(forwarding) } ?? []
    try files { () throws(FileError) in
      if !File.exists(Places.forwardingBefore) {
        try File.replace(Places.forwardingBefore, with: now)
      }
      if now.first != UInt8(ascii: "1") { try File.write(Array("1\n".utf8), into: forwarding) }
    }
  }

  /// Puts forwarding back as it was, if there is no other network that needs it.
  static func switchForwardingBack(after name: NetworkName) throws(EngineError) {
    // What a start that was killed was about to note.
    try files { () throws(FileError) in
      _ = try File.remove(Places.runtime.appending(".ip_forward.new"))
    }
    guard
      let before = try files({ () throws(FileError) in try File.read(Places.forwardingBefore) }),
      try !isAnother(than: name, { $0.forwardsIPv4 })
    else { return }
    try files { () throws(FileError) in
      if try File.read(forwarding) != before { try File.write(before, into: forwarding) }
      try File.remove(Places.forwardingBefore)
    }
  }
}
