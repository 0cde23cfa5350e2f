internal import LinuxNetworking
internal import LinuxTypes
internal import TapBroker

/// Phase 5: the descriptors go to the caller, or the tap is left to him.
enum HandOver {
  /// The socket that `command` wants the tap sent through, or why nothing can be sent there; nil if
  /// it wants nothing sent.
  static func recipient(of command: HelperCommand) throws(Refusal) -> HandOverSocket? {
    guard case .grant(_, let number) = command else { return nil }
    do throws(HandOverSocket.Unfit) { return try HandOverSocket(checking: number) } catch {
      throw Refusal(
        .usage, "descriptor \(number) \(error.description)",
        advice: "--fd wants one end of a connected AF_UNIX socket, as socketpair(2) makes it")
    }
  }

  /// Has the tap outlive the process, and tells `audience` its names, a line each.
  ///
  /// Whoever is told of success has a tap. So a process prints first, and whoever sees it end
  /// otherwise than with status 0, killed or refused its output, has none; a client of the broker
  /// is told last, and the tap of one who is not there any more goes.
  static func leave(
    _ tap: borrowing GrantedTap, called name: InterfaceName?, tell audience: Audience
  ) throws(Refusal) {
    var names = PrintableText.escape(tap.name) + "\n"
    if let name { names += name.description + "\n" }
    switch audience {
    case .caller:
      do throws(Errno) { try StandardStream.output.send(names) } catch {
        throw Refusal(
          .failure, "cannot write the tap's name to standard output: \(error.description)")
      }
      try tap.persist()
    case .client(let connection):
      try tap.persist()
      do throws(Errno) { try connection.send(Answer(.success, names).message) } catch {
        tap.goAfterAll()
        throw Refusal(.failure, "cannot tell the client: \(error.description)")
      }
    }
  }

  /// Sends one NUL byte with the tap's descriptors and those of vhost-net after them.
  static func send(
    _ tap: borrowing GrantedTap, _ vhosts: borrowing DescriptorList, to recipient: HandOverSocket
  ) throws(Refusal) {
    do throws(Errno) {
      try recipient.send(tap.device.queues.numbers + vhosts.numbers)
    } catch { throw refusal(recipient, error) }
  }

  /// That `recipient` did not take what was sent.
  static func refusal(_ recipient: HandOverSocket, _ error: Errno) -> Refusal {
    Refusal(
      .failure, "cannot send the tap through descriptor \(recipient.number): \(error.description)")
  }
}
