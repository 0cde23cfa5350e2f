internal import ArgumentParser

@main
struct Tapster: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tapster", abstract: "Virtual networks and taps for unprivileged users.")
}
