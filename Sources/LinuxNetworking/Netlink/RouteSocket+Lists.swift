internal import CLinux
internal import LinuxTypes

extension RouteSocket {
  /// How often a list is read again that changed while it was read.
  private static let attempts = 10

  /// All taps that there are, with what has passed through them.
  public mutating func taps() throws(NetlinkError) -> [Link] {
    let answers = try list("list the taps") { socket in
      var message = socket.linkMessage(RTM_GETLINK, flags: NLM_F_REQUEST | NLM_F_DUMP, index: nil)
      message.nest(Int(IFLA_LINKINFO)) { information in
        information.append(Int(IFLA_INFO_KIND), text: Array("tun".utf8))
      }
      return message
    }
    // The kind is asked for since Linux 4.6 only; older kernels list all links.
    return answers.compactMap {
      if case .link(let link) = $0, link.tap != nil { link } else { nil }
    }
  }

  /// Who is behind which port of which bridge, as far as they have sent anything or are known for
  /// good.
  public mutating func stations() throws(NetlinkError) -> [BridgeStation] {
    let answers = try list("list the bridges' addresses") { socket in
      // struct ndmsg of AF_BRIDGE and zeros.
      let body = [UInt8(AF_BRIDGE)] + [UInt8](repeating: 0, count: 11)
      return NetlinkMessage(
        type: RTM_GETNEIGH, flags: NLM_F_REQUEST | NLM_F_DUMP, sequence: socket.nextSequence(),
        body: body)
    }
    return answers.compactMap {
      if case .station(let station) = $0, !station.isPorts { station } else { nil }
    }
  }

  private mutating func list(
    _ request: StaticText, _ make: (inout RouteSocket) -> NetlinkMessage
  ) throws(NetlinkError) -> [NetlinkAnswer.Content] {
    var answers: [NetlinkAnswer.Content] = []
    for _ in 0..<Self.attempts {
      let message = make(&self)
      let (read, isWhole) = try readList(message.complete(), request)
      answers = read
      if isWhole { break }
    }
    return answers
  }

  /// Sends one message and reads the list that answers it; whether nothing changed meanwhile.
  private borrowing func readList(_ message: [UInt8], _ request: StaticText)
    throws(NetlinkError) -> (answers: [NetlinkAnswer.Content], isWhole: Bool)
  {
    var answers: [NetlinkAnswer.Content] = []
    var isWhole = true
    do throws(Errno) {
      // SAFETY: the array outlives the call and has the size that it is told.
      _ = try retrying { unsafe clinux_netlink_send(descriptor.rawValue, message, message.count) }
      while true {
        let datagram = try receive()
        var rest = datagram[...]
        while !rest.isEmpty {
          guard let answer = NetlinkAnswer(next: &rest), answer.sequence == sequence else {
            throw .protocolError
          }
          if answer.isInterrupted { isWhole = false }
          switch answer.content {
          case .end, .done: return (answers, isWhole)
          case .refused(let errno, _): throw errno
          case .link, .station: answers.append(answer.content)
          }
        }
      }
    } catch { throw NetlinkError(request: request, errno: error) }
  }
}
