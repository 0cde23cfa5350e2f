public import LinuxHost
public import LinuxTypes
public import NetworkModel
public import NetworkPlan
public import RouteNetlink

/// Why something was not done with a network.
public enum EngineError: Error, Sendable {
  /// A file or program.
  case file(FileError)
  /// A link, address or route.
  case route(RouteError)
  /// The definition.
  case definition(NetworkXMLError)
  /// The plan.
  case plan(NetworkName, Plan.Refusal)
  /// No network has that name or UUID.
  case noSuchNetwork(String)
  /// It is running already.
  case alreadyActive(NetworkName)
  /// It is not running.
  case notActive(NetworkName)
  /// It has no definition, which is needed for that.
  case transient(NetworkName)
  /// It is running already, and so cannot be created.
  case activeAs(NetworkName)
  /// It has no definition that could be taken away.
  case undefiningTransient
  /// It has no definition that could be changed.
  case changingTransient
  /// It does not run, so how it runs cannot be changed.
  case notRunning
  /// A change does not fit it; why, in libvirt's words where it has some.
  case unfitting(String)
  /// That cannot be changed while it runs.
  case changingRunning(String)
  /// Its definition is not what was to be replaced.
  case changedMeanwhile
  /// A change gave it another name.
  case renaming(NetworkName, NetworkName)
  /// A file describes a network of another name than its own.
  case misnamed(FilePath, NetworkName)
  /// No bridge name that begins like that is free.
  case noBridgeNameLeft(String)
  /// Every private block of IPv4 addresses is in use.
  case noBlockLeft
  /// Another network has the name, with another UUID.
  case nameTaken(NetworkName, UUID)
  /// Another network has the UUID.
  case uuidTaken(UUID, NetworkName)
  /// Another network has the bridge.
  case bridgeTaken(BridgeName, NetworkName)
  /// There is an interface of the name that the bridge is to have.
  case interfaceExists(BridgeName)
  /// Its bridge is there as it is defined, but nothing is noted of its run.
  case runsWithoutRecord(NetworkName)
  /// The firewall's table has rules of that bridge, and nothing tells whose they are.
  case unknownRules(BridgeName)
  /// The subnet overlaps an address of the host (`isRoute` false) or one of its routes, on that
  /// interface.
  case overlap(IPNetwork, with: String, isRoute: Bool, interface: String?)
  /// The subnet overlaps a block of another network that is to run.
  case overlapsNetwork(IPNetwork, IPNetwork, NetworkName)
  /// The first ports are to lead into the network, and the second, which that network has, are
  /// among them.
  case portForwarded(ForwardedPort, ForwardedPort, NetworkName)
  /// The host has no bridge of that name, which the network's guests are to be plugged into.
  case hostBridgeMissing(BridgeName)
  /// What the network's guests are to be plugged into is no bridge.
  case notABridge(BridgeName)
  /// The bridge that the network's guests are to be plugged into is not set up.
  case hostBridgeDown(BridgeName)
  /// A program is not there.
  case programMissing(String)
  /// A program failed; what it said.
  case programFailed(String, String)
  /// Another version started it or wrote its files, and what it consists of is not known.
  case otherVersion(NetworkName)
  /// Something failed, and then the undoing of what was done before it failed too.
  indirect case undoingFailed([EngineError])
}

extension EngineError: CustomStringConvertible {
  /// What went wrong, in words; one line each.
  public var description: String {
    switch self {
    case .file(let error): error.description
    case .route(let error): error.description
    case .definition(let error): error.description
    case .plan(let name, let refusal): "network '\(name)' cannot be started: \(refusal)"
    case .noSuchNetwork(let name): "Network not found: no network with matching name '\(name)'"
    case .alreadyActive: "Requested operation is not valid: network is already active"
    case .notActive(let name): "Requested operation is not valid: network '\(name)' is not active"
    case .transient:
      "Requested operation is not valid: cannot set autostart for transient network"
    case .nameTaken(let name, let uuid):
      "operation failed: network '\(name)' already exists with uuid \(uuid)"
    case .uuidTaken(let uuid, let name):
      "operation failed: network '\(name)' is already defined with uuid \(uuid)"
    case .activeAs(let name):
      "Requested operation is not valid: network is already active as '\(name)'"
    case .undefiningTransient:
      "Requested operation is not valid: can't undefine transient network"
    case .changingTransient:
      "Requested operation is not valid: cannot change persistent config of a transient network"
    case .notRunning: "Requested operation is not valid: network is not running"
    case .unfitting(let words): words
    case .changingRunning(let what):
      "Requested operation is not valid: \(what) cannot be changed while the network runs"
    case .changedMeanwhile: "The XML configuration was changed by another user."
    case .renaming(let old, let new):
      "Requested operation is not valid: network '\(old)' cannot be renamed to '\(new)'"
    case .misnamed(let path, let name):
      "internal error: Network config filename '\(path)' does not match network name '\(name)'"
    case .noBridgeNameLeft(let prefix):
      "internal error: no name of a bridge is left that begins with '\(prefix)'"
    case .noBlockLeft:
      "operation failed: every private block of IPv4 addresses (RFC 1918) is in use"
    case .bridgeTaken(let bridge, _): "internal error: bridge name '\(bridge)' already in use."
    case .interfaceExists(let name):
      "operation failed: there is already an interface called '\(name)', and it is not of this network"
    case .runsWithoutRecord(let name):
      "operation failed: the bridge of network '\(name)' is there, but \(Places.runtime) does not say "
        + "that the network runs"
    case .unknownRules(let bridge):
      "operation failed: table \(FirewallPlan.table) has rules of bridge '\(bridge)', of which "
        + "\(Places.runtime) says nothing, so they cannot be kept"
    case .overlap(let subnet, let other, let isRoute, let interface):
      "internal error: Network is already in use\(interface.map { " by interface \($0)" } ?? ""): "
        + "subnet \(subnet) overlaps the host's \(isRoute ? "route to" : "address") \(other)"
    case .overlapsNetwork(let subnet, let block, let name):
      "internal error: Network is already in use: subnet \(subnet) overlaps \(block) of network "
        + "'\(name)'"
    case .portForwarded(let port, let other, let name):
      "operation failed: port \(port) of the host cannot be forwarded: network '\(name)' forwards "
        + "\(other)"
    case .hostBridgeMissing(let name):
      "operation failed: the host has no bridge '\(name)', which guests are to be plugged into"
    case .notABridge(let name): "operation failed: interface '\(name)' of the host is no bridge"
    case .hostBridgeDown(let name): "operation failed: bridge '\(name)' of the host is not set up"
    case .otherVersion(let name):
      "operation failed: network '\(name)' runs in a way that this version of tapster does not know, "
        + "so its firewall rules cannot be kept"
    case .programMissing(let name): "cannot find the program '\(name)' in PATH"
    case .programFailed(let name, let words): "\(name) failed: \(words)"
    case .undoingFailed(let errors):
      errors.map(\.description).joined(separator: "\nand then, while undoing what was done: ")
    }
  }
}

extension EngineError {
  /// What can be done about it, in words of one line; nil where that goes without saying, or where
  /// virsh says nothing either.
  public var advice: String? {
    switch self {
    case .interfaceExists(let name):
      "give the network another name in <bridge name='…'/>, or, if nobody needs it: "
        + "ip link delete \(ShellWord.quote(name.text))"
    case .overlap(_, with: _, let isRoute, interface: _):
      "give the network another subnet in <ip …>, or take that \(isRoute ? "route" : "address") away: "
        + "ip \(isRoute ? "route" : "address") delete …"
    case .portForwarded(_, let other, let name):
      "forward another port, or take that one away: tapster net-forward remove "
        + "\(ShellWord.quote(name.text)) \(other.words)"
    case .runsWithoutRecord(let name):
      "this takes it over, and leaves guests plugged in: tapster net-repair "
        + ShellWord.quote(name.text)
    case .unknownRules(let bridge):
      "if its network is defined: tapster net-repair; if nobody needs the bridge: ip link delete "
        + ShellWord.quote(bridge.text)
    case .hostBridgeMissing(let name):
      "make it: ip link add \(ShellWord.quote(name.text)) up type bridge"
    case .notABridge: "name a bridge in <bridge name='…'/>"
    case .hostBridgeDown(let name): "ip link set \(ShellWord.quote(name.text)) up"
    case .bridgeTaken(_, let name):
      "network '\(name)' has it; give this one another name in <bridge name='…'/>"
    case .changingRunning:
      "change the definition (--config), and have the network stop and start again"
    case .otherVersion(let name):
      "use the version that started it, or have it stop and start again: "
        + "tapster net-destroy \(ShellWord.quote(name.text))"
    case .programMissing(let name):
      "install it; on Debian: apt install \(name == "nft" ? "nftables" : "dnsmasq-base")"
    case .programFailed("dnsmasq", _):
      "if an address is in use, this shows by whom: ss -lnptu 'sport = 53 or sport = 67'"
    case .undoingFailed(let errors): errors.lazy.compactMap(\.advice).first
    default: nil
    }
  }
}

/// Runs `body`, whose file errors become ours.
@discardableResult
func files<Result: ~Copyable>(_ body: () throws(FileError) -> Result) throws(EngineError) -> Result
{
  do throws(FileError) { return try body() } catch { throw .file(error) }
}

/// Runs `body`, whose netlink errors become ours.
@discardableResult
func routes<Result: ~Copyable>(_ body: () throws(RouteError) -> Result) throws(EngineError)
  -> Result
{
  do throws(RouteError) { return try body() } catch { throw .route(error) }
}
