internal import Diagnosis
internal import LinuxTypes
internal import TapBroker
internal import TapClient

/// What the broker says (`man 8 tapster-helper`).
enum BrokerProbe {
  /// Whether it is there: asked whether a bridge that there cannot be may be used, any answer will
  /// do.
  static func run() -> HostFacts.Broker {
    guard let loopback = InterfaceName("lo") else { return .absent }
    switch BrokerQuestion.ask(TapRequest(bridge: loopback)) {
    case .absent: return .absent
    case .silent: return .silent
    case .allowed, .refused: return .answers
    }
  }

  /// What it decides about a tap of ours.
  enum Decision {
    /// It does not say.
    case unknown
    /// There is no such bridge, or it is none.
    case noBridge(HostFacts.Access)
    /// The access control list cannot be gone by.
    case brokenList(HostFacts.List)
    /// By the list.
    case access(HostFacts.Access)
  }

  /// What it decides about a tap of ours on the bridge of that name.
  static func decision(on bridge: String) -> Decision {
    guard let name = InterfaceName(bridge) else { return .unknown }
    switch BrokerQuestion.ask(TapRequest(bridge: name)) {
    case .absent, .silent: return .unknown
    case .allowed(let lines): return .access(.allowedByBroker(words: lines.first ?? "allowed"))
    case .refused(let refusal):
      let words = refusal.lines.joined(separator: "; ")
      let access = HostFacts.Access.refusedByBroker(words: words, advice: refusal.advice)
      switch refusal.status {
      case ExitStatus.unavailable.rawValue: return .noBridge(access)
      case ExitStatus.brokenACL.rawValue:
        return .brokenList(.broken(words: words, advice: refusal.advice))
      default: return .access(access)
      }
    }
  }
}
