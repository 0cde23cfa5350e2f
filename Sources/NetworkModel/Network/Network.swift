public import LinuxTypes

/// A virtual network, as its definition describes it (libvirt, "Network XML format").
///
/// What a definition may leave open is nil here; ``completed(uuid:mac:bridge:)`` settles it.
public struct Network: Equatable, Sendable {
  /// What people call it.
  public var name: NetworkName
  /// The number it keeps for life.
  public var uuid: UUID?
  /// How its guests get out; nil for not at all, an isolated network.
  public var forward: Forward?
  /// The bridge that its guests are plugged into.
  public var bridge: Bridge
  /// The largest packet, in bytes, 68 to 65535; nil for the kernel's standard.
  public var mtu: UInt32?
  /// The bridge's own Ethernet address.
  public var mac: MACAddress?
  /// The DNS domain of its guests.
  public var domain: Domain?
  /// The host's addresses in it, with what is given out around them, in the definition's order.
  public var blocks: [AddressBlock]

  /// A network with a name and nothing else.
  public init(name: NetworkName) {
    self.name = name
    bridge = Bridge()
    blocks = []
  }

  /// The same with what was left open settled as given.
  public func completed(uuid: UUID, mac: MACAddress, bridge: BridgeName) -> Network {
    var network = self
    network.uuid = self.uuid ?? uuid
    network.mac = self.mac ?? mac
    network.bridge.name = self.bridge.name ?? bridge
    return network
  }
}

/// The bridge of a network (`<bridge>`).
public struct Bridge: Equatable, Sendable {
  /// Its name; nil for one that is free.
  public var name: BridgeName?
  /// Whether it takes part in the spanning tree protocol (IEEE 802.1D).
  public var stp = true
  /// How long a new port waits before it forwards, in seconds.
  public var delay: UInt32 = 0

  /// The standard: spanning tree on, no delay.
  public init() {}
}

/// The DNS domain of a network (`<domain>`).
public struct Domain: Equatable, Sendable {
  /// Its name.
  public var name: HostName
  /// `localOnly`: names in it are never asked of other servers. Nil if the definition does not say.
  public var localOnly: Bool?

  /// A domain.
  public init(name: HostName, localOnly: Bool? = nil) {
    self.name = name
    self.localOnly = localOnly
  }
}

/// How the guests of a network get out (`<forward>`).
public struct Forward: Equatable, Sendable {
  /// What becomes of a packet that leaves.
  public enum Mode: String, CaseIterable, Sendable {
    /// It gets an address of the host's.
    case nat
    /// It keeps its address.
    case route
    /// As `route`, and no firewall rule is made.
    case open
  }

  /// What becomes of a packet that leaves.
  public var mode: Mode
  /// The only interface over which it may leave; nil for any.
  public var device: BridgeName?
  /// The ports that masqueraded connections get.
  public var ports: PortRange?
  /// The addresses that masqueraded connections get; nil for that of the interface they leave by.
  public var addresses: IPv4Range?

  /// Forwarding over any interface, with standard ports.
  public init(mode: Mode) { self.mode = mode }
}
