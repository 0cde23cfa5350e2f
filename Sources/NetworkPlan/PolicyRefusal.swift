public import NetworkModel

/// Why the policy of a network cannot be kept.
public enum PolicyRefusal: Error, Equatable, Sendable {
  /// The network is on a bridge of the host's, past the host's own routing.
  case hostDoesNotRoute
  /// The network is isolated, and connections are to leave it.
  case nothingLeaves
  /// The network is isolated, and connections to any of its guests are to be let in.
  case nothingEnters
  /// No DHCP host of the network is that, and has an address of its own.
  case unknownGuest(PortForward.Guest)
  /// The address is in no block of the network, nor behind one of its routes.
  case guestOutside(IPAddress)
  /// The address is the host's own.
  case guestIsHost(IPAddress)
  /// The guest has no ports that high.
  case portsTooHigh(PortForward)
  /// The host's address is of one IP version and all of the guest's of the other.
  case familiesDiffer(PortForward)
  /// The host's address is one that nobody else can connect to.
  case unusableHostAddress(IPAddress)
  /// Two forwards have a port in common.
  case portTaken(PortForward, PortForward)
}

extension PolicyRefusal: CustomStringConvertible {
  /// The reason in words, and what to do about it.
  public var description: String {
    switch self {
    case .hostDoesNotRoute:
      "<tapster:incoming> and <tapster:outgoing> need a network that the host routes for (nat,"
        + " route, open or isolated); what passes a bridge of the host's does not pass the host"
    case .nothingLeaves:
      "<tapster:outgoing> allows connections that an isolated network does not have: give it"
        + " <forward mode='nat'/>, or take <tapster:outgoing> out"
    case .nothingEnters:
      "<tapster:incoming default='allow'> has no meaning for an isolated network: give it"
        + " <forward mode='route'/>, or forward single ports"
    case .unknownGuest(let guest):
      "port forward to \(guest): no <host> in the network's <dhcp> is that; add one with an"
        + " address, or name the guest by its address"
    case .guestOutside(let address):
      "port forward to \(address): that is in no <ip> of the network, nor behind a <route>"
    case .guestIsHost(let address):
      "port forward to \(address): that is the host's own address, not a guest's"
    case .portsTooHigh(let forward):
      "port forward \(forward): the last of the guest's ports would be above 65535"
    case .familiesDiffer(let forward):
      "port forward \(forward): the host's address and the guest's are of different IP versions"
    case .unusableHostAddress(let address):
      "port forward at \(address): only the host itself could connect to that; take another"
        + " address, or leave it out"
    case .portTaken(let first, let second):
      "port forwards \(first) and \(second) have a port in common"
    }
  }
}

extension PortForward: CustomStringConvertible {
  /// `tcp 2222 to web:22`
  public var description: String {
    let at = hostAddress.map { " at \($0)" } ?? ""
    let port = guestPort.map { ":\($0)" } ?? ""
    return "\(transport.rawValue) \(ports.text)\(at) to \(guest)\(port)"
  }
}

extension PortRange {
  /// `22` or `8000-8010`
  var text: String { first == last ? "\(first)" : "\(first)-\(last)" }
}
