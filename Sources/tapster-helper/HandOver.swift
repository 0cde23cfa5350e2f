internal import LinuxNetworking
internal import LinuxTypes
internal import TapBroker

/// Phase 5: the descriptors go to the caller.
enum HandOver {
  /// The caller's socket behind descriptor `number`, or why nothing can be sent there.
  static func recipient(_ number: Int32) throws(Refusal) -> HandOverSocket {
    do throws(HandOverSocket.Unfit) { return try HandOverSocket(checking: number) } catch {
      throw Refusal(
        .usage, "descriptor \(number) \(error.description)",
        advice: "--fd wants one end of a connected AF_UNIX socket, as socketpair(2) makes it")
    }
  }

  /// Sends one NUL byte with the tap's descriptors and those of vhost-net after them.
  static func send(
    _ tap: borrowing GrantedTap, _ vhosts: borrowing DescriptorList, to recipient: HandOverSocket
  ) throws(Refusal) {
    do throws(Errno) {
      try recipient.send(tap.device.queues.numbers + vhosts.numbers)
    } catch {
      throw Refusal(
        .failure, "cannot send the tap through descriptor \(recipient.number): \(error.description)"
      )
    }
  }
}
