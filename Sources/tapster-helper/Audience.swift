internal import CLinux
internal import LinuxNetworking
internal import LinuxTypes
internal import TapBroker

/// Who hears how a request ended.
enum Audience {
  /// Whoever started the process.
  case caller
  /// Whoever is at the other end of the broker's connection.
  case client(MessageSocket)

  /// Which way the request of such a listener came.
  var origin: RequestOrigin {
    switch self {
    case .caller: .commandLine
    case .client(let connection): .broker(connection: connection.number)
    }
  }

  /// Tells it; nobody waits for a client.
  func hear(_ answer: Answer) {
    switch self {
    case .caller where answer.status == .success: StandardStream.output.write(answer.text)
    case .caller:
      StandardStream.error.write(answer.text)
      // The end of the process closes the caller's socket, and then libvirt reads no further: a
      // message that still is in the pipe would be missing from its error.
      StandardStream.error.awaitReader()
    case .client(let connection):
      connection.discard()
      do throws(Errno) { try connection.send(answer.message) } catch {}
    }
  }

  /// Has a client run who wants the processor that this process has: what it has left to do, which
  /// is to end, takes longer than his own next step. Whoever started the process waits for its end.
  func goFirst() {
    if case .client = self { clinux_yield() }
  }
}
