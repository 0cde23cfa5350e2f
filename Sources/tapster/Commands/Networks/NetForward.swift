internal import CommandSyntax
internal import LinuxTypes
internal import NetworkEngine
internal import NetworkModel

enum NetForward: Command {
  static var name: String { "net-forward" }
  static let syntax = CommandSyntax(
    name, "forward ports of the host to guests",
    """
    net-forward list NETWORK
    net-forward add NETWORK [tcp|udp] [ADDRESS:]PORT[-PORT] GUEST[:PORT]
    net-forward remove NETWORK [tcp|udp] [ADDRESS:]PORT[-PORT]

    Whoever connects to PORT of the host, or of one ADDRESS of the host, is connected to GUEST: an
    IP address, or the MAC address or name that a DHCP host of the network has. IPv6 addresses
    stand in brackets before a port. Without --live, --config or --current both are changed, as far
    as the network runs and is defined.
    """,
    [
      action, NetworkOptions.network, forward, NetworkOptions.live, NetworkOptions.config,
      NetworkOptions.current, NetworkOptions.json,
    ])

  private static let action = RequiredText(
    "action", "add, remove or list", candidates: .words(["add", "remove", "list"]))
  private static let forward = Words("forward", "what is forwarded, and to whom")

  static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws(Failure) {
    let scope = try arguments.scope()
    let action = try arguments.value(of: action)
    let text = try arguments.value(of: NetworkOptions.network)
    let words = arguments[forward] ?? []
    switch action {
    case "list":
      if let word = words.first { throw Failure(["unexpected data '\(word)'"]) }
      try list(try NetworkState.named(text), scope, asJSON: arguments[NetworkOptions.json], &output)
    case "add":
      try Failure.unlessRoot()
      let added = try ForwardWords.parse(words).forward()
      var changed = ""
      do throws(Failure) {
        changed = try change(text, scope, arguments) { network throws(EngineError) in
          try network.add(added)
        }
      } catch { throw advised(error, text, added) }
      output.say("Forward of \(added.listening) to \(added.target) added to network \(changed)\n")
    case "remove":
      try Failure.unlessRoot()
      let removed = try ForwardWords.parse(words)
      let changed = try change(text, scope, arguments) { network throws(EngineError) in
        try network.remove(removed)
      }
      output.say("Forward of \(removed.listening) removed from network \(changed)\n")
    default:
      throw Failure(["unrecognized action '\(action)'"], advice: "it is one of: add, remove, list")
    }
  }

  /// Changes a network; its name, and what of it was changed.
  private static func change(
    _ text: String, _ given: ChangeScope, _ arguments: Arguments,
    _ edit: (inout Network) throws(EngineError) -> Void
  ) throws(Failure) -> String {
    let name = try NetworkName.found(text)
    let scope =
      given.isEmpty && !arguments[NetworkOptions.current] ? ChangeScope.all(of: name) : given
    try Failure.during("Failed to change the forwards of network \(name)") {
      () throws(EngineError) in try NetworkChange.apply(name, scope, edit)
    }
    let what = [
      ChangeScope.live: "as it runs", .config: "as it is defined",
      [.live, .config]: "as it runs and as it is defined",
    ]
    return "\(name), \(what[scope.settled(for: name)] ?? "")"
  }

  /// The failure, with the command that gives the guest the fixed address that a forward needs, if
  /// it has none.
  private static func advised(
    _ failure: Failure, _ text: String, _ forward: PortForward
  ) -> Failure {
    guard failure.advice == nil, let network = try? NetworkState.named(text).network,
      let host = network.exampleHost(of: forward.guest)
    else { return failure }
    let scope = ChangeScope.all(of: network.name)
    let command =
      ["tapster", "net-update", text, "add", "ip-dhcp-host"].map { ShellWord.quote($0) }
      + ["\"\(host)\""] + (scope.contains(.live) ? ["--live"] : [])
      + (scope.contains(.config) ? ["--config"] : [])
    return Failure(
      failure.lines,
      advice: "with the guest's MAC address, for example: " + command.joined(separator: " "))
  }

  private static func list(
    _ state: NetworkState, _ scope: ChangeScope, asJSON: Bool, _ output: inout CommandOutput
  ) throws(Failure) {
    let network = try Failure.during(nil) { () throws(EngineError) in
      try state.network(in: scope)
    }
    let forwards = network.incoming?.forwards ?? []
    if asJSON { return output.show(.array(forwards.map { json($0, network) })) }
    var table = Table(head: ["Protocol", "Address", "Port", "Guest", "Guest address", "Guest port"])
    for forward in forwards {
      table.append([
        forward.transport.rawValue, forward.hostAddress?.description ?? "any",
        forward.ports.short, "\(forward.guest)",
        network.addresses(of: forward.guest).map(\.description).joined(separator: " "),
        forward.guestPorts.short,
      ])
    }
    output.show(table)
  }

  private static func json(_ forward: PortForward, _ network: Network) -> JSONText {
    func range(_ ports: PortRange) -> JSONText {
      .object([("first", .number(Int(ports.first))), ("last", .number(Int(ports.last)))])
    }
    return .object([
      ("protocol", .text(forward.transport.rawValue)), ("address", .optional(forward.hostAddress)),
      ("ports", range(forward.ports)), ("guest", .text("\(forward.guest)")),
      (
        "guest-addresses",
        .array(network.addresses(of: forward.guest).map { .text($0.description) })
      ), ("guest-ports", range(forward.guestPorts)),
    ])
  }
}
