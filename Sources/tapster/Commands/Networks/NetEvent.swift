internal import CommandSyntax
internal import LinuxHost
internal import LinuxTypes
internal import NetworkEngine
internal import NetworkModel

enum NetEvent: Command {
  static var name: String { "net-event" }
  static let syntax = CommandSyntax(
    name, "wait for what happens to networks",
    "Waits until a network is defined, undefined, started or stopped, and says so.",
    [network, event, loop, timeout, list, timestamp, NetworkOptions.json])

  private static let network = Text(
    "network", "only this network, by name or UUID", candidates: .networks)
  private static let event = Text(
    "event", "the type of event to wait for", candidates: .words(["lifecycle"]))
  private static let loop = Flag("loop", "go on until the timeout or an interrupt")
  private static let timeout = Number("timeout", "give up after this many seconds")
  private static let list = Flag("list", "list the types of events")
  private static let timestamp = Flag("timestamp", "say when each event happened, in UTC")

  static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws(Failure) {
    if arguments[list] { return output.show("lifecycle\n") }
    guard let type = try arguments.value(of: event) else {
      throw Failure(["either --list or --event <type> is required"])
    }
    guard type == "lifecycle" else { throw Failure(["unknown event type \(type)"]) }
    let deadline = try seconds(arguments).map {
      MonotonicClock.milliseconds + Int64($0) * 1000
    }
    var only: NetworkName?
    if let text = try arguments.value(of: network) { only = try NetworkName.found(text) }
    try watch(only, until: deadline, arguments, &output)
  }

  private static func seconds(_ arguments: Arguments) throws(Failure) -> Int32? {
    guard let seconds = try arguments.value(of: timeout) else { return nil }
    // virsh counts milliseconds in 32 bits.
    guard (1...2_147_483).contains(seconds) else {
      throw Failure(ValueError.malformedNumber("\(seconds)", option: timeout.syntax.name))
    }
    return seconds
  }

  private static func watch(
    _ only: NetworkName?, until deadline: Int64?, _ arguments: Arguments,
    _ output: inout CommandOutput
  ) throws(Failure) {
    var events = try begin()
    var count = 0
    let isJSON = arguments[NetworkOptions.json]
    func end(_ words: String?) throws(Failure) {
      if !isJSON { output.show((words.map { $0 + "\n" } ?? "") + "events received: \(count)\n") }
      if count == 0 { throw Failure([]) }
    }
    while true {
      let rest = deadline.map { Int32(clamping: max(0, $0 - MonotonicClock.milliseconds)) }
      let (reason, new): (DirectoryWatch.Reason, [NetworkEvent])
      do throws(EngineError) {
        reason = try events.wait(milliseconds: rest)
        new = reason == .event ? try events.take() : []
      } catch { throw Failure(nil, error) }
      switch reason {
      case .interrupt: return try end("event loop interrupted")
      case .timeout: return try end("event loop timed out")
      case .event: break
      }
      for event in new where only == nil || event.network == only {
        count += 1
        if isJSON {
          output.showLine(json(event).compact)
        } else {
          let time = arguments[timestamp] ? "\(WallTime.now.utc)+0000: " : ""
          output.show(
            "\(time)event 'lifecycle' for network \(PrintableText.line(event.network.text)): "
              + "\(event.change.rawValue)\n")
        }
        if !arguments[loop] { return try end(nil) }
      }
      do throws(Errno) { try output.flush() } catch {
        // Nobody reads on: there is nobody to tell anything.
        if error == .brokenPipe { return }
        throw Failure(["cannot write to standard output: \(error)"])
      }
    }
  }

  private static func begin() throws(Failure) -> NetworkEvents {
    do throws(EngineError) { return try NetworkEvents.open() } catch { throw Failure(nil, error) }
  }

  private static func json(_ event: NetworkEvent) -> JSONText {
    .object([
      ("time", .text("\(WallTime.now.utc)+0000")), ("event", .text("lifecycle")),
      ("network", .text(event.network.text)), ("change", .text(event.change.rawValue)),
    ])
  }
}
