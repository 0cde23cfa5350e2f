internal import ArgumentParser

@main
struct Tapster: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tapster", abstract: "Virtual networks and taps for unprivileged users.",
    version: "tapster 0.1.0",
    subcommands: [
      NetList.self, NetInfo.self, NetDefine.self, NetUndefine.self, NetStart.self, NetDestroy.self,
      NetAutostart.self, NetDumpXML.self,
    ])
}
