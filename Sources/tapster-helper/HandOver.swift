internal import LinuxNetworking
internal import LinuxTypes
internal import TapBroker

/// Phase 5: the descriptors go to the caller, or the tap is left to him.
enum HandOver {
  /// The caller's socket behind descriptor `number`, or why nothing can be sent there.
  static func recipient(_ number: Int32) throws(Refusal) -> HandOverSocket {
    do throws(HandOverSocket.Unfit) { return try HandOverSocket(checking: number) } catch {
      throw Refusal(
        .usage, "descriptor \(number) \(error.description)",
        advice: "--fd wants one end of a connected AF_UNIX socket, as socketpair(2) makes it")
    }
  }

  /// Prints the tap's names, a line each, and has it outlive the process.
  ///
  /// In that order: a process that ends with status 0 has left a tap, one that ends otherwise,
  /// killed or refused its output, has not.
  static func leave(_ tap: borrowing GrantedTap, called name: InterfaceName?) throws(Refusal) {
    var names = PrintableText.escape(tap.name) + "\n"
    if let name { names += name.description + "\n" }
    do throws(Errno) { try StandardStream.output.send(names) } catch {
      throw Refusal(
        .failure, "cannot write the tap's name to standard output: \(error.description)")
    }
    try tap.persist()
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
