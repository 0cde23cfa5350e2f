internal import CommandSyntax
internal import LinuxTypes
internal import TapBroker
internal import TapClient

enum TapAdd: Command {
  static var name: String { "tap-add" }
  static let syntax = CommandSyntax(
    name, "make a tap that stays",
    "Makes a tap of yours that stays until it is removed, for a program that opens it by name, and\n"
      + "tells its own name. The rule of the access control list must say persist.",
    [tap, bridge, TapOptions.queues, header, NetworkOptions.json])

  private static let tap = RequiredText("tap", "further name for the tap")
  private static let bridge = RequiredText(
    "br", "the bridge that it is put on", candidates: .bridges)
  private static let header = Flag("use-vnet", "put a virtio header in front of each frame")

  static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws(Failure) {
    let further = try arguments.interfaceName(tap)
    var request = TapRequest(bridge: try arguments.interfaceName(bridge))
    request.name = further
    request.queues = try arguments.queues()
    request.virtioHeader = arguments[header]
    let name = try Failure.duringTaps("Failed to add tap \(further)") { () throws(TapClientError) in
      try TapClient.add(request)
    }
    if arguments[NetworkOptions.json] {
      return output.show(
        .object([
          ("name", .optional(name)), ("further-name", .optional(further)),
          ("bridge", .optional(request.bridge)),
        ]))
    }
    output.say("Tap \(further) added: \(name) on bridge \(request.bridge)\n")
  }
}
