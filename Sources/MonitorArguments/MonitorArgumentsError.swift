public import LinuxTypes

/// Why a monitor's command line cannot be filled in.
public enum MonitorArgumentsError: Error, Equatable, Sendable {
  /// No name of a bridge.
  case badBridge(String)
  /// What stands behind a bridge's name is no option of it.
  case badBridgeOption(String, bridge: InterfaceName)
  /// The number behind a placeholder is that of no `--br`.
  case noSuchTap(placeholder: String, count: Int)
  /// One descriptor is wanted of several.
  case manyDescriptors(placeholder: String, count: Int)
  /// Descriptors of vhost-net are wanted, and none were asked for.
  case noVhost(placeholder: String, bridge: InterfaceName)
  /// Descriptors of vhost-net were asked for, and nothing in the command takes them.
  case unusedVhost(bridge: InterfaceName)
  /// Nothing in the command takes the tap.
  case unusedTap(bridge: InterfaceName, program: String)
  /// A tap that is opened by its name comes without descriptors.
  case vhostByName(bridge: InterfaceName)
  /// The command has a `-netdev` of that `id` already, or two taps have it.
  case takenID(String)
}

extension MonitorArgumentsError: CustomStringConvertible {
  /// What is wrong, one line.
  public var description: String {
    switch self {
    case .badBridge(let text): "'\(shown(text))' is not the name of a bridge"
    case .badBridgeOption(let text, let bridge):
      "'\(shown(text))' is no option of bridge '\(bridge)'"
    case .noSuchTap(let placeholder, let count):
      "\(placeholder) is of tap \(number(placeholder)), and there "
        + (count == 1 ? "is one --br" : "are \(count) --br")
    case .manyDescriptors(let placeholder, let count):
      "\(placeholder) is one descriptor, and the tap has \(count)"
    case .noVhost(let placeholder, let bridge):
      "\(placeholder) wants descriptors of vhost-net, and --vhost is not there for '\(bridge)'"
    case .unusedVhost(let bridge):
      "nothing in the command takes the vhost-net descriptors of the tap on '\(bridge)'"
    case .unusedTap(let bridge, let program):
      "nothing in the command takes the tap on '\(bridge)', and how '\(shown(program))' is told of "
        + "taps is not known here"
    case .vhostByName(let bridge):
      "the tap on '\(bridge)' is opened by its name, so there are no vhost-net descriptors of it"
    case .takenID(let id): "'\(shown(id))' is the id of another -netdev already"
    }
  }

  /// What to do about it.
  public var advice: String {
    switch self {
    case .badBridge: "ip link show type bridge lists the bridges there are"
    case .badBridgeOption:
      "there are: queues=N (1 to \(TapWish.maximumQueues)), vhost, mac=ADDRESS, id=ID, name=IFNAME"
    case .noSuchTap: "the first --br is :1, and needs no number"
    case .manyDescriptors(let placeholder, _):
      // `{fd}`, `{fd:2}` or `{vhostfd}`: an s goes behind the word.
      "write \(placeholder.prefix { $0 != ":" && $0 != "}" })s"
        + "\(placeholder.drop { $0 != ":" && $0 != "}" }) where the program takes several"
    case .noVhost: "add --vhost, or vhost behind the bridge's name"
    case .unusedVhost: "write {vhostfds} where the program takes them, or leave --vhost out"
    case .unusedTap(_, let program): Self.example(program)
    case .vhostByName: "leave vhost out: the program opens /dev/vhost-net itself"
    case .takenID: "give the tap another: --br=BRIDGE,id=ID"
    }
  }

  /// How some programs are told of a tap.
  private static func example(_ program: String) -> String {
    switch MonitorCommand.baseName(program) {
    case "cloud-hypervisor": "add: --net fd={fd},mac={mac}"
    case "crosvm": "add: --net tap-fd={fd},mac={mac}"
    case "firecracker":
      "it takes a name: --br=BRIDGE,name=IFNAME, and \"host_dev_name\": \"IFNAME\" in its configuration"
    default: "write {fd}, {fds} or {ifname} where it takes one; man 8 tapster has examples"
    }
  }

  private func shown(_ text: String) -> String { PrintableText.excerpt(Array(text.utf8)) }

  private func number(_ placeholder: String) -> String {
    String(placeholder.drop { $0 != ":" }.dropFirst().dropLast())
  }
}
