public import LinuxHost
internal import LinuxTypes
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
  /// Another network has the name, with another UUID.
  case nameTaken(NetworkName, UUID)
  /// Another network has the UUID.
  case uuidTaken(UUID, NetworkName)
  /// Another network has the bridge.
  case bridgeTaken(BridgeName, NetworkName)
  /// There is an interface of the name that the bridge is to have.
  case interfaceExists(BridgeName)
  /// The subnet overlaps an address of the host (`isRoute` false) or one of its routes, on that
  /// interface.
  case overlap(IPv4Network, with: String, isRoute: Bool, interface: String?)
  /// A program is not there.
  case programMissing(String)
  /// A program failed; what it said.
  case programFailed(String, String)
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
    case .bridgeTaken(let bridge, let name):
      "operation failed: bridge name '\(bridge)' is already in use by network '\(name)'"
    case .interfaceExists(let name):
      "operation failed: there is already an interface called '\(name)', and it is not of this network"
    case .overlap(let subnet, let other, let isRoute, let interface):
      "operation failed: subnet \(subnet) overlaps the host's \(isRoute ? "route to" : "address") "
        + other + (interface.map { " on interface \($0)" } ?? "")
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
      "give the network another name in <bridge name='…'/>, or, if nobody needs it: ip link delete \(name)"
    case .overlap(_, with: _, let isRoute, interface: _):
      "give the network another subnet in <ip …>, or take that \(isRoute ? "route" : "address") away: "
        + "ip \(isRoute ? "route" : "address") delete …"
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
func files<Result: ~Copyable>(_ body: () throws(FileError) -> Result) throws(EngineError) -> Result
{
  do throws(FileError) { return try body() } catch { throw .file(error) }
}

/// Runs `body`, whose netlink errors become ours.
func routes<Result: ~Copyable>(_ body: () throws(RouteError) -> Result) throws(EngineError)
  -> Result
{
  do throws(RouteError) { return try body() } catch { throw .route(error) }
}
