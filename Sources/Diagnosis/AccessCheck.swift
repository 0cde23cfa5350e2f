/// Whether the access control list gives the user a tap.
enum AccessCheck {
  static func run(_ facts: HostFacts) -> CheckResult {
    switch facts.list {
    case .whole: break
    case .unseen: return CheckResult()
    case .missing:
      return .found(
        Finding(
          .aclMissing, "there is no access control list", why: "so nobody gets a tap",
          fix: addition(facts, facts.bridges.first?.name ?? "virbr0")))
    case .foreignOwner(let file, let words):
      return broken(words, fix: "chown root \(ShellWord.quoted(file))")
    case .writable(let file, let words):
      return broken(words, fix: "chmod go-w \(ShellWord.quoted(file))")
    case .broken(let words, let advice):
      return .found(
        Finding(
          .aclBroken, "the access control list cannot be gone by: \(words)",
          why: "until it is mended, every request is refused",
          advice: advice ?? "mend that line; tapster acl-lint shows it"))
    }
    let asked = facts.bridges.filter { $0.access != nil }
    if asked.isEmpty {
      return facts.user == nil
        ? .fine("the access control list can be gone by; --user NAME asks what it says of somebody")
        : .fine("the access control list can be gone by")
    }
    let results = asked.map { check($0, facts) }
    // Nobody has to have all of them.
    let right = results.filter { $0.findings.isEmpty }
    if facts.isAnyBridgeEnough, !right.isEmpty { return right.reduce(CheckResult(), +) }
    return results.reduce(CheckResult(), +)
  }

  private static func broken(_ words: String, fix: String) -> CheckResult {
    .found(
      Finding(
        .aclBroken, "the access control list cannot be gone by: \(words)",
        why: "until it is mended, every request is refused", fix: fix))
  }

  private static func check(_ bridge: HostFacts.Bridge, _ facts: HostFacts) -> CheckResult {
    let name = facts.user?.name ?? ""
    switch bridge.access {
    case nil: return CheckResult()
    case .allowed(let place, let taps?, let used, _) where used >= taps:
      return .found(
        Finding(
          .quotaUsed, "\(name) has \(used) of \(taps) taps that \(place) allows on \(bridge.name)",
          why: "one more is refused",
          advice: "stop a virtual machine, or raise taps= in that line; tapster tap-list lists them"
        ))
    case .allowed(let place, _, _, _):
      return .fine("\(name) may use \(bridge.name), by \(place)")
    case .denied(let place, let rule):
      return .found(
        Finding(
          .aclDenies, "\(name) may not use \(bridge.name): \(place) denies it: \(rule)",
          why: "a deny cannot be overruled", advice: "change that line"))
    case .silent(let file):
      return .found(
        Finding(
          .aclSilent, "\(name) may not use \(bridge.name): no rule in \(file) allows it",
          why: "what no rule allows is refused",
          fix: addition(facts, bridge.name)))
    case .allowedByBroker(let words): return .fine("\(bridge.name): \(words)")
    case .refusedByBroker(let words, let advice):
      return .found(
        Finding(
          .brokerRefuses, "the broker refuses: \(words)",
          why: "it decides for this shell, which is in a user namespace",
          advice: advice ?? "tapster doctor --user, run by root of the host, tells more"))
    }
  }

  private static func addition(_ facts: HostFacts, _ bridge: String) -> String {
    let subject = facts.user.map { "user=\($0.name)" } ?? "group=tapster"
    return "tapster acl-add allow \(ShellWord.quoted(bridge)) \(ShellWord.quoted(subject))"
  }
}
