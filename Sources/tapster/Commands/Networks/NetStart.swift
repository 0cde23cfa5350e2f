internal import CommandSyntax
internal import NetworkEngine
internal import NetworkModel

enum NetStart: Command {
  static var name: String { "net-start" }
  static let syntax = CommandSyntax(
    name, "start a network that is defined",
    "Starts a network that is defined, or all that do not run yet.",
    [network, all, autostarted, withDocker])

  private static let network = TextOr(
    "network", or: all, "network name or uuid", candidates: .networks)
  private static let all = Flag("all", "start all networks that are defined")
  private static let autostarted = Flag(
    "autostart", "with --all: only those that start with the machine")

  private static let withDocker = Flag(
    "with-docker", "have Docker's rules let the network's packets pass while it runs")

  static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws(Failure) {
    try Failure.unlessRoot()
    try arguments.refuse(all, with: network)
    let docker = arguments[withDocker]
    guard let text = try arguments.value(of: network) else {
      return try startAll(
        onlyAutostarted: arguments[autostarted], withDocker: docker, &output)
    }
    let name = try NetworkName.found(text)
    let warnings = try Failure.during("Failed to start network \(text)") {
      () throws(EngineError) in try RunningNetwork.start(name, withDocker: docker)
    }
    output.say("Network \(text) started\n")
    for warning in warnings { warning.say(of: name) }
  }

  /// Starts all that do not run yet, or of these only the ones that start with the machine.
  static func startAll(
    onlyAutostarted: Bool, withDocker: Bool, _ output: inout CommandOutput
  ) throws(Failure) {
    var progress = Progress("starting networks")
    var failures: [Failure] = []
    // Said when no lock is held any more, which whoever does not read them would hold.
    var warnings: [(NetworkName, Warning)] = []
    defer {
      progress.end()
      for (name, warning) in warnings { warning.say(of: name) }
    }
    try Failure.during("Failed to start networks") { () throws(EngineError) in
      try RunningNetwork.startAll(
        onlyAutostarted: onlyAutostarted, withDocker: withDocker, ready: { progress.step() },
        warn: { warnings.append(($0, $1)) }
      ) { outcome in
        switch outcome {
        case .started(let name): output.say("Network \(name) started\n")
        case .failed(let name, let error):
          failures.append(Failure("Failed to start network \(name)", error))
        }
      }
    }
    if var first = failures.first {
      first.others = Array(failures.dropFirst())
      throw first
    }
  }
}
