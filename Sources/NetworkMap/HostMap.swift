/// What is plugged into what on a host, as values to draw.
///
/// All texts are as their makers gave them, strangers among them; whoever draws them escapes them.
public struct HostMap: Equatable, Sendable {
  /// The ways out: interfaces that a default route leads over.
  public var uplinks: [Uplink]
  /// The networks that run, and the bridges of the host's that are no network's.
  public var segments: [Segment]
  /// The networks that are defined and do not run.
  public var inactive: [String]

  /// A map of its parts.
  public init(uplinks: [Uplink] = [], segments: [Segment] = [], inactive: [String] = []) {
    self.uplinks = uplinks
    self.segments = segments
    self.inactive = inactive
  }

  /// An interface that a default route leads over.
  public struct Uplink: Equatable, Sendable {
    /// Its name.
    public var interface: String
    /// `IPv4`, `IPv6`: of which versions there is a default route.
    public var families: [String]
    /// Its addresses, with the size of their blocks.
    public var addresses: [String]

    /// An uplink of its parts.
    public init(interface: String, families: [String], addresses: [String] = []) {
      self.interface = interface
      self.families = families
      self.addresses = addresses
    }
  }

  /// A bridge with all that is plugged into it.
  public struct Segment: Equatable, Sendable {
    /// How a bridge is.
    public enum BridgeState: String, Sendable { case up, down, missing }

    /// The network; nil for a bridge of the host's that is no network's.
    public var network: String?
    /// What becomes of packets that leave: `nat`, `route`, `open`, `isolated`, `bridge`.
    public var mode: String
    /// The blocks of addresses that are the network's.
    public var subnets: [String]
    /// Whether the host passes packets on from it to the outside.
    public var isRouted: Bool
    /// The only interfaces over which packets may leave; none for any.
    public var leavesBy: [String]
    /// The bridge; nil for none.
    public var bridge: String?
    /// How the bridge is.
    public var state: BridgeState
    /// The host's addresses on it.
    public var addresses: [String]
    /// What is plugged into it.
    public var ports: [Port]
    /// Guests that have an address and were not heard of on any port of late.
    public var absent: [Guest]
    /// Ports of the host that lead into it.
    public var forwards: [Forward]

    /// A segment with a bridge, up, and nothing plugged in.
    public init(
      network: String?, mode: String, subnets: [String] = [], isRouted: Bool = false,
      leavesBy: [String] = [], bridge: String?, state: BridgeState = .up,
      addresses: [String] = [], ports: [Port] = [], absent: [Guest] = [],
      forwards: [Forward] = []
    ) {
      self.network = network
      self.mode = mode
      self.subnets = subnets
      self.isRouted = isRouted
      self.leavesBy = leavesBy
      self.bridge = bridge
      self.state = state
      self.addresses = addresses
      self.ports = ports
      self.absent = absent
      self.forwards = forwards
    }
  }

  /// An interface that is a port of a bridge.
  public struct Port: Equatable, Sendable {
    /// Its name.
    public var interface: String
    /// What it is: `tap`, `veth`, `bond` …; empty for hardware.
    public var kind: String
    /// Whose it is, if it is a tap.
    public var owner: String?
    /// Whether it is set up.
    public var isUp: Bool
    /// Who was heard of behind it.
    public var guests: [Guest]

    /// A port that is up.
    public init(
      interface: String, kind: String = "tap", owner: String? = nil, isUp: Bool = true,
      guests: [Guest] = []
    ) {
      self.interface = interface
      self.kind = kind
      self.owner = owner
      self.isUp = isUp
      self.guests = guests
    }
  }

  /// Somebody with an Ethernet address.
  public struct Guest: Equatable, Sendable {
    /// What the guest calls itself; nil if nobody knows.
    public var name: String?
    /// The addresses that were given out to it.
    public var addresses: [String]
    /// Its Ethernet address; nil if nobody knows.
    public var mac: String?

    /// A guest of its parts.
    public init(name: String? = nil, addresses: [String] = [], mac: String? = nil) {
      self.name = name
      self.addresses = addresses
      self.mac = mac
    }
  }

  /// A port of the host that leads to a guest.
  public struct Forward: Equatable, Sendable {
    /// `tcp 2222`
    public var listening: String
    /// `build:22`
    public var target: String

    /// A forward of its parts.
    public init(listening: String, target: String) {
      self.listening = listening
      self.target = target
    }
  }
}
