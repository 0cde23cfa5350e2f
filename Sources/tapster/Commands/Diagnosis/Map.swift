internal import CommandSyntax
internal import HostObservation
internal import LinuxHost
internal import NetworkEngine
internal import NetworkMap

enum Map: Command {
  static var name: String { "map" }
  static let syntax = CommandSyntax(
    name, "draw what is plugged into what",
    "Draws the uplinks, networks, bridges and taps of this host, whose they are, and which guests\n"
      + "are behind them.",
    [format, ascii, NetworkOptions.json])

  private static let formats = ["text", "svg", "dot"]
  private static let format = Text(
    "format", "text (default), svg for a picture, dot for Graphviz", candidates: .words(formats))
  private static let ascii = Flag("ascii", "draw text without Unicode's lines")

  static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws(Failure) {
    try arguments.refuse(NetworkOptions.json, with: format)
    try arguments.refuse(NetworkOptions.json, with: ascii)
    let wanted = try arguments.value(of: format) ?? "text"
    guard formats.contains(wanted) else {
      throw Failure(
        ["there is no format '\(wanted)'"], advice: "there are: \(formats.joined(separator: ", "))")
    }
    if wanted != "text" { try arguments.refuse(ascii, with: format) }
    let map = try Failure.during("Failed to look at this host") { () throws(EngineError) in
      try MapObservation.map(now: WallTime.now.seconds) {
        HostMap.Forward(listening: $0.listening, target: $0.target)
      }
    }
    if arguments[NetworkOptions.json] { return output.show(map.json) }
    switch wanted {
    case "svg": output.showDocument(MapSVG.text(of: map))
    case "dot": output.showDocument(MapDot.text(of: map))
    default:
      let isASCII = arguments[ascii] || !TerminalSize.showsUnicode
      let drawing = MapText(columns: TerminalSize.columns ?? 80, isASCII: isASCII)
      output.show(drawing.text(of: map))
    }
  }
}
