internal import FuzzDriver
internal import LinuxTypes
internal import TapBroker

/// Any bytes as a command line, NUL between the arguments: refused, or what it says is in range.
@main
enum FuzzCommandLine {
  static func main() {
    unsafe fuzz { start, count in
      let text = unsafe Array(UnsafeBufferPointer(start: start, count: count))
      let words = text.split(separator: 0, omittingEmptySubsequences: false).map { Array($0) }
      do throws(HelperCommand.UsageError) {
        switch try HelperCommand.parse(words) {
        case .grant(let request, let descriptor):
          precondition(descriptor > 2)
          check(request)
        case .persist(let request):
          precondition(request.isPersistent && !request.vhost)
          check(request)
        case .remove(let name): precondition((1...15).contains(name.bytes.count))
        case .check(let request): check(request)
        case .serve, .help, .version: precondition(words.count == 1)
        }
      } catch {
        precondition(!error.text.isEmpty && error.text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
      }
      return 0
    }
  }
}

private func check(_ request: TapRequest) {
  precondition((1...126).contains(request.queues))
  precondition((1...15).contains(request.bridge.bytes.count))
  if let name = request.name { precondition(!TapName.isReserved(name)) }
}
