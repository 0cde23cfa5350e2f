internal import CLinux
internal import LinuxTypes

/// One message from the kernel: a link, an entry of a bridge's address table, an acknowledgement, a
/// refusal (NLMSG_ERROR), or the end of a list (NLMSG_DONE, `man 7 netlink`).
struct NetlinkAnswer {
  enum Content {
    case link(Link)
    case station(BridgeStation)
    case done
    case refused(Errno, explanation: String)
    case end
  }

  let sequence: UInt32
  let content: Content
  /// Whether the list that it is part of changed while it was read (NLM_F_DUMP_INTR).
  let isInterrupted: Bool

  /// Takes the next message off `rest`; nil if none is left, or what is left is not a whole one.
  init?(next rest: inout ArraySlice<UInt8>) {
    // struct nlmsghdr: length (4), type (2), flags (2), sequence (4), port (4).
    guard let length = rest.machineUInt32.map({ Int($0) }), length >= 16, length <= rest.count,
      let type = rest.dropFirst(4).machineUInt16, let flags = rest.dropFirst(6).machineUInt16,
      let sequence = rest.dropFirst(8).machineUInt32
    else { return nil }
    let body = rest.prefix(length).dropFirst(16)
    rest = rest.dropFirst((length + 3) & ~3)
    self.sequence = sequence
    isInterrupted = Int32(flags) & NLM_F_DUMP_INTR != 0

    switch Int32(type) {
    case Int32(RTM_NEWLINK):
      guard let link = Link(body) else { return nil }
      content = .link(link)
    case Int32(RTM_NEWNEIGH):
      guard let station = BridgeStation(body) else { return nil }
      content = .station(station)
    case NLMSG_DONE:
      // A list ends with how it went.
      guard let code = body.machineUInt32.map({ Int32(bitPattern: $0) }), code > .min else {
        return nil
      }
      content = code < 0 ? .refused(Errno(-code), explanation: "") : .end
    case NLMSG_ERROR:
      // Negative or zero; the lowest number has no positive counterpart.
      guard let code = body.machineUInt32.map({ Int32(bitPattern: $0) }), code > .min else {
        return nil
      }
      content =
        code == 0
        ? .done
        : .refused(Errno(-code), explanation: Self.explanation(body, flags: Int32(flags)))
    default: return nil
    }
  }

  /// The text behind an error: it follows the copy of the request, of which NLM_F_CAPPED leaves the
  /// header only.
  private static func explanation(_ body: ArraySlice<UInt8>, flags: Int32) -> String {
    guard flags & NLM_F_ACK_TLVS != 0, let request = body.dropFirst(4).machineUInt32 else {
      return ""
    }
    let copied = flags & NLM_F_CAPPED != 0 ? 16 : (Int(request) + 3) & ~3
    let attributes = NetlinkAttributes(body.dropFirst(4 + copied))
    guard let text = attributes[Int(NLMSGERR_ATTR_MSG.rawValue)] else { return "" }
    return PrintableText.escape(text.untilNUL)
  }
}
