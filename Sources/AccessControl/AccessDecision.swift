public import LinuxTypes

/// May the caller use the bridge?
public enum AccessDecision: Sendable {
  /// Yes, within these limits.
  case allowed(AccessGrant)
  /// No: this rule forbids it.
  case denied(DecidingRule)
  /// No: no rule allows it.
  case noRule
}

/// The rule that made a decision.
public struct DecidingRule: Equatable, Sendable {
  /// The file it stands in.
  public let file: FilePath
  /// The line, 1 for the first.
  public let line: Int
  /// The rule as it is written.
  public let text: [UInt8]
}

/// What an allow allows.
public struct AccessGrant: Equatable, Sendable {
  /// The rule.
  public let rule: DecidingRule
  /// How many taps the caller may have on the bridge at a time; nil for no limit.
  public let taps: UInt32?
  /// How many queues a tap may have, 1 or more.
  public let queues: UInt32
  /// Whether vhost-net descriptors may be asked for.
  public let vhost: Bool
  /// Whether taps that outlive the helper may be asked for.
  public let persist: Bool
  /// Whether the port is kept from other isolated ports.
  public let isolated: Bool
  /// The only addresses that the port may send from; empty for any.
  public let addresses: [MACAddress]

  init(_ rule: ACLRule, in text: [UInt8], deciding: DecidingRule) {
    self.rule = deciding
    taps = rule.taps
    queues = rule.queues ?? 1
    vhost = rule.vhost
    persist = rule.persist
    isolated = rule.isolated
    var addresses: [MACAddress] = []
    if let range = rule.addresses {
      var items = ACLList(range)
      while let item = items.next(in: text) {
        // The parser took the item for an address already.
        if let address = MACAddress(text[item]) { addresses.append(address) }
      }
    }
    self.addresses = addresses
  }
}
