internal import FuzzDriver
internal import LinuxTypes
internal import TapBroker

/// Any bytes as a client's message to the broker, and as the broker's to a client: refused, or the
/// same bytes come out again, and what they ask for names no descriptor.
@main
enum FuzzBrokerRequest {
  static func main() {
    unsafe fuzz { start, count in
      let message = unsafe Array(UnsafeBufferPointer(start: start, count: count))
      request(message)
      if let answer = Answer(message: message) {
        precondition(answer.message.count == message.count)
        precondition(answer.text.utf8.allSatisfy { $0 == 0x0A || ($0 >= 0x20 && $0 < 0x7F) })
      }
      return 0
    }
  }
}

private func request(_ message: [UInt8]) {
  do throws(HelperCommand.UsageError) {
    let arguments = try BrokerRequest.arguments(message)
    precondition(arguments.reduce(0) { $0 + $1.count + 1 } == message.count)
    let command = try HelperCommand.parse(arguments, from: .broker(connection: 9))
    precondition(BrokerRequest.message(arguments) == message)
    switch command {
    case .grant(_, let descriptor): precondition(descriptor == 9)
    case .persist, .remove, .check: break
    case .serve, .help, .version: preconditionFailure("the broker is asked for taps only")
    }
  } catch {
    precondition(!error.text.isEmpty && error.text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
  }
}
