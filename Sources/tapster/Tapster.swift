internal import ArgumentParser
internal import LinuxNetworking

@main
struct Tapster: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tapster", abstract: "Virtual networks and taps for unprivileged users.",
    version: "tapster 0.1.0",
    subcommands: [
      NetList.self, NetInfo.self, NetDefine.self, NetUndefine.self, NetStart.self, NetDestroy.self,
      NetAutostart.self, NetDumpXML.self,
    ])

  /// As the library's own, but that wrong arguments end it as they end virsh: `error: …` and status
  /// 1.
  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
      let words = fullMessage(for: error)
      let prefix = "Error: "
      let rest = words.hasPrefix(prefix) ? words.dropFirst(prefix.count) : words[...]
      StandardStream.error.write("error: \(rest)\n")
      exit(withError: ExitCode.failure)
    }
  }
}
