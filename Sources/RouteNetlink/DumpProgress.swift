internal import CNetlink

/// How far a list that the kernel sends has come (`man 7 netlink`, NLM_F_DUMP).
public struct DumpProgress: Sendable {
  /// What a message is in it.
  public enum Part: Sendable { case element, end, error }

  /// Whether nobody has changed what is listed since the list was begun: the kernel marks what it
  /// sends after a change, the end in any case (NLM_F_DUMP_INTR, `<linux/netlink.h>`).
  public private(set) var isWhole = true

  /// Nothing has come.
  public init() {}

  /// Takes the next message, of that type and with those flags.
  public mutating func take(type: UInt16, flags: UInt16) -> Part {
    if Int32(flags) & NLM_F_DUMP_INTR != 0 { isWhole = false }
    switch Int32(type) {
    case NLMSG_DONE: return .end
    case NLMSG_ERROR: return .error
    default: return .element
    }
  }
}
