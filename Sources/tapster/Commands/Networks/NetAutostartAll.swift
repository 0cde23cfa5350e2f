internal import CommandSyntax

enum NetAutostartAll: Command {
  static var name: String { "net-autostart-all" }
  static let syntax = CommandSyntax(
    name, "start all networks that start with the machine",
    "Starts the networks that net-autostart marked and that do not run yet: for whatever starts the\n"
      + "machine's services. One that fails does not stop the others; the status is 1 then.",
    [])

  static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws(Failure) {
    try Failure.unlessRoot()
    try NetStart.startAll(onlyAutostarted: true, withDocker: false, &output)
  }
}
