internal import CommandSyntax
internal import LinuxHost
internal import LinuxTypes
internal import TapClient

enum TapGC: Command {
  static var name: String { "tap-gc" }
  static let syntax = CommandSyntax(
    name, "remove the taps of users who are gone",
    "Removes every persistent tap of a user who is not in the user database any more, unless a program\n"
      + "has it open, and tells which.",
    [dryRun])

  private static let dryRun = Flag("dry-run", "tell what would be removed; remove nothing")

  static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws(Failure) {
    if !arguments[dryRun] { try Failure.unlessRoot() }
    let taps = try Failure.duringTaps("Failed to list taps") { () throws(TapClientError) in
      try TapList.all()
    }
    var failures: [String] = []
    for tap in taps where tap.isPersistent {
      do throws(Errno) {
        // A directory that does not answer is no reason to take anybody's tap away.
        if try UserName.of(tap.user) != nil { continue }
      } catch {
        failures.append(
          "cannot tell whether uid \(tap.user.rawValue) of tap \(tap.name) is gone: \(error)")
        continue
      }
      let whose = "Tap \(tap.name) of uid \(tap.user.rawValue)"
      guard !tap.isHeld else {
        output.say("\(whose) is in use, and stays\n")
        continue
      }
      if arguments[dryRun] {
        output.say("\(whose) would be removed\n")
        continue
      }
      do throws(TapClientError) {
        output.say(try TapList.remove(tap) ? "\(whose) removed\n" : "\(whose) is gone already\n")
      } catch { failures.append("Failed to remove tap \(tap.name): \(error.description)") }
    }
    if !failures.isEmpty { throw Failure(failures) }
  }
}
