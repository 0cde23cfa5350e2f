internal import CommandSyntax
internal import NetworkEngine
internal import NetworkModel

enum NetRepair: Command {
  static var name: String { "net-repair" }
  static let syntax = CommandSyntax(
    name, "put right what a network misses",
    "Puts right what is not as it has to be for a network that runs, or is left of one; guests stay\n"
      + "plugged in. Without a network: for all.",
    [network, all])

  private static let network = Text(
    "network", "network name or uuid", candidates: .networks)
  private static let all = Flag("all", "all networks that run, or of which something is left")

  static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws(Failure) {
    try Failure.unlessRoot()
    try arguments.refuse(all, with: network)
    guard let text = try arguments.value(of: network) else { return try repairAll(&output) }
    let name = try NetworkName.found(text)
    let deeds = try Failure.during("Failed to repair network \(text)") { () throws(EngineError) in
      try RunningNetwork.repair(name)
    }
    output.say(words(text, deeds))
  }

  private static func repairAll(_ output: inout CommandOutput) throws(Failure) {
    var progress = Progress("repairing networks")
    var failures: [String] = []
    defer { progress.end() }
    try Failure.during("Failed to repair networks") { () throws(EngineError) in
      try RunningNetwork.repairAll { outcome in
        switch outcome {
        case .repaired(let name, let deeds): output.say(words(name.text, deeds))
        case .firewall(let deed): output.say("Rules of all networks: \(deed)\n")
        case .failed(let name, let error):
          failures += Failure("Failed to repair network \(name)", error).lines
        }
        progress.step()
      }
    }
    if !failures.isEmpty { throw Failure(failures) }
  }

  private static func words(_ name: String, _ deeds: [String]) -> String {
    deeds.isEmpty
      ? "Network \(name) is as it has to be\n"
      : "Network \(name) repaired: \(deeds.joined(separator: "; "))\n"
  }
}
