public import NetworkModel

/// Ports of the host that lead into a network, as the firewall's maps that all networks share have
/// them: what two networks must not both have.
public struct ForwardedPort: Equatable, Hashable, Sendable {
  /// Of which protocol.
  public var transport: TransportProtocol
  /// The ports.
  public var ports: PortRange
  /// The only address of the host that they are forwarded at; nil for all.
  public var address: IPAddress?

  /// Takes ports.
  public init(transport: TransportProtocol, ports: PortRange, address: IPAddress?) {
    self.transport = transport
    self.ports = ports
    self.address = address
  }

  /// Reads what ``description`` says; nil for anything else.
  public init?(_ text: String) {
    let words = text.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 2 || words.count == 3,
      let transport = TransportProtocol(rawValue: String(words[0]))
    else { return nil }
    let ends = words[1].split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count <= 2, let first = UInt16(ends[0]), let last = UInt16(ends[ends.count - 1]),
      let ports = PortRange(first, through: last)
    else { return nil }
    self.init(transport: transport, ports: ports, address: nil)
    if words.count == 3 {
      guard let address = IPAddress(String(words[2])) else { return nil }
      self.address = address
    }
  }

  /// Whether a connection could be meant by both.
  public func overlaps(_ other: ForwardedPort) -> Bool {
    transport == other.transport && ports.first <= other.ports.last
      && other.ports.first <= ports.last
      && (address == nil || other.address == nil || address == other.address)
  }

  /// The first pair of ports of two networks that a connection could be meant by; nil if both
  /// networks can run.
  public static func conflict(
    _ ours: [ForwardedPort], _ theirs: [ForwardedPort]
  ) -> (ours: ForwardedPort, theirs: ForwardedPort)? {
    for our in ours {
      if let their = theirs.first(where: { $0.overlaps(our) }) { return (our, their) }
    }
    return nil
  }

  /// It as `tapster net-forward` takes it: `tcp 2222`, `udp 192.0.2.1:8000-8010`.
  public var words: String {
    let port = ports.text
    return switch address {
    case nil: "\(transport.rawValue) \(port)"
    case .v4(let address): "\(transport.rawValue) \(address):\(port)"
    case .v6(let address): "\(transport.rawValue) [\(address)]:\(port)"
    }
  }

  /// The map that it is in, and its key there.
  var element: (map: String, key: String) {
    let ports = "\(transport.rawValue) . \(ports.text)"
    return switch address {
    case nil: ("forwarded", ports)
    case .v4(let address): ("forwarded_at_ipv4", "\(ports) . \(address)")
    case .v6(let address): ("forwarded_at_ipv6", "\(ports) . \(address)")
    }
  }
}

extension ForwardedPort: CustomStringConvertible {
  /// `tcp 2222`, `udp 8000-8010 192.0.2.1`
  public var description: String {
    "\(transport.rawValue) \(ports.text)" + (address.map { " \($0)" } ?? "")
  }
}

extension PortForward {
  /// What it takes of the host's ports.
  public var forwardedPort: ForwardedPort {
    ForwardedPort(transport: transport, ports: ports, address: hostAddress)
  }
}
