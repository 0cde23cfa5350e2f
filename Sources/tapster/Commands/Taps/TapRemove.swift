internal import CommandSyntax
internal import LinuxHost
internal import LinuxTypes
internal import TapClient

enum TapRemove: Command {
  static var name: String { "tap-remove" }
  static let syntax = CommandSyntax(
    name, "remove a tap that stays",
    "Removes a persistent tap that nobody has open: your own, or as root anybody's.",
    [TapOptions.tap, force])

  private static let force = Flag("force", "as root: though a program has it open")

  static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws(Failure) {
    let tap = try arguments.interfaceName(TapOptions.tap)
    if arguments[force] { try Failure.unlessRoot() }
    let summary = "Failed to remove tap \(tap)"
    if EffectiveUser.isRoot {
      try removeAsRoot(tap, summary, force: arguments[force])
    } else {
      try Failure.duringTaps(summary) { () throws(TapClientError) in try TapClient.remove(tap) }
    }
    output.say("Tap \(tap) removed\n")
  }

  private static func removeAsRoot(
    _ tap: InterfaceName, _ summary: String, force: Bool
  ) throws(Failure) {
    let found = try Failure.duringTaps(summary) { () throws(TapClientError) in
      try TapList.named(tap)
    }
    guard let found else {
      throw Failure(
        [summary, "there is no tap '\(tap)' that tapster-helper made"],
        advice: "tapster tap-list --all shows those that there are")
    }
    guard force || !found.isHeld else {
      throw Failure(
        [summary, "the tap '\(tap)' is in use"],
        advice: "stop the virtual machine that has it open, or say --force")
    }
    let isRemoved = try Failure.duringTaps(summary) { () throws(TapClientError) in
      try TapList.remove(found)
    }
    guard isRemoved else {
      throw Failure([summary, "the tap '\(tap)' became another one meanwhile"])
    }
  }
}
