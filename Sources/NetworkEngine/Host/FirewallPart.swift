internal import LinuxHost
internal import LinuxTypes
internal import NetworkModel
internal import NetworkPlan

/// A network's part of the firewall: its rules, and the limit of what leaves it.
///
/// libvirt has the limit in the traffic control of the bridge (`police`); where rules are made in
/// one transaction anyway, one more says the same, and is there and goes with them.
struct FirewallPart: Equatable {
  /// The transaction that puts it in, in a table that has its base chains and nothing else of the
  /// network's than maybe the same.
  let installation: String
  /// The transaction that takes it out again.
  let removal: String
  /// The limit in ``installation``, which needs the bridge to be there; nil for none.
  let limit: String?
  private let rules: FirewallPlan?
  private let limitRemoval: String
  /// The chain of ``limit``.
  private let limitedChain: String?

  /// nil if there is nothing to put in.
  init?(_ plan: Plan) {
    limit = plan.bridge.flatMap { Self.limit($0) }
    guard plan.firewall != nil || limit != nil else { return nil }
    limitedChain = limit == nil ? nil : plan.bridge.map { FirewallPlan.limitChain(of: $0.name) }
    rules = plan.firewall
    limitRemoval = limit == nil ? "" : plan.bridge.map { Self.limitRemoval($0.name) } ?? ""
    installation = (rules?.installation ?? "") + (limit ?? "")
    removal = (rules?.removal ?? "") + limitRemoval
  }

  /// The transaction that puts one part in place of another of the same network; nil if they are
  /// the same.
  static func replacement(of old: FirewallPart?, by new: FirewallPart?) -> String? {
    if old == new { return nil }
    var text = ""
    switch (old?.rules, new?.rules) {
    case (nil, nil): break
    case (let before?, nil): text += before.removal
    case (nil, let after?): text += after.installation
    case (let before?, let after?): if before != after { text += after.replacement(of: before) }
    }
    if old?.limit != new?.limit { text += new?.limit ?? old?.limitRemoval ?? "" }
    return text
  }

  /// The transaction that makes the table out of nothing, with these parts in it.
  static func whole(_ parts: [FirewallPart]) -> String {
    if parts.isEmpty { return FirewallPlan.removalOfAll }
    return FirewallPlan.removalOfAll + FirewallPlan.skeleton + parts.map(\.installation).joined()
  }

  /// Whether it is among what is in force.
  func isWhole(in installed: InstalledRules) -> Bool {
    let hasLimit = limitedChain.map { installed.has(chain: $0, rules: 1, isHooked: true) } ?? true
    return hasLimit && rules?.isWhole(in: installed) ?? true
  }

  /// Notes how it is taken out, before it is there.
  func note(_ name: NetworkName) throws(EngineError) {
    try files { () throws(FileError) in
      try File.replace(Places.firewallRemoval(name), with: Array(removal.utf8))
    }
  }

  /// What comes from the bridge is counted before anything else is done with it, as the kernel's
  /// traffic control would.
  private static func limit(_ bridge: BridgePlan) -> String? {
    guard let outbound = bridge.bandwidth?.outbound, outbound.average > 0 else { return nil }
    let chain = "\(FirewallPlan.table) \(FirewallPlan.limitChain(of: bridge.name))"
    // libvirt asks for `kbps`, 1000 bytes, and for `kb` of burst, 1024 bytes; without a burst, for
    // as many as the rate has.
    let rate = UInt64(outbound.average) * 1000
    let burst = min(UInt64(outbound.burst ?? outbound.average) * 1024, UInt64(UInt32.max))
    return """
      add chain \(chain) { type filter hook ingress device "\(bridge.name)" priority filter; \
      policy accept; }
      flush chain \(chain)
      add rule \(chain) limit rate over \(rate) bytes/second burst \(burst) bytes drop

      """
  }

  private static func limitRemoval(_ bridge: BridgeName) -> String {
    let chain = "\(FirewallPlan.table) \(FirewallPlan.limitChain(of: bridge))"
    return "add chain \(chain)\ndelete chain \(chain)\n"
  }
}
