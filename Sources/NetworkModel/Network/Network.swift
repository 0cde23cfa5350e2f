public import LinuxTypes

/// A virtual network, as its definition describes it (libvirt, "Network XML format"; the policy is
/// ours).
///
/// What a definition may leave open is nil here; ``completed(uuid:mac:bridge:)`` settles it.
public struct Network: Equatable, Sendable {
  /// What people call it.
  public var name: NetworkName
  /// The number it keeps for life.
  public var uuid: UUID?
  /// A line about it, for people.
  public var title: String?
  /// More about it, for people.
  public var description: String?
  /// What other programs keep with it: the elements in `<metadata>`, each of a namespace of its
  /// own.
  public var metadata: [ForeignElement] = []
  /// How its guests get out; nil for not at all, an isolated network.
  public var forward: Forward?
  /// The bridge that its guests are plugged into; nil where they are plugged into devices of the
  /// host's without one.
  public var bridge: Bridge?
  /// The largest packet, in bytes, 68 to 65535; nil for the kernel's standard.
  public var mtu: UInt32?
  /// The bridge's own Ethernet address.
  public var mac: MACAddress?
  /// The DNS domain of its guests.
  public var domain: Domain?
  /// What its DNS server does; nil for the standard.
  public var dns: DNS?
  /// The VLAN that guests are in, unless their port group says otherwise.
  public var vlan: VLAN?
  /// How fast all of it together may be.
  public var bandwidth: Bandwidth?
  /// `<port isolated='…'/>`: whether guests are kept from one another.
  public var isolatesPorts: Bool?
  /// The host's addresses in it, with what is given out around them, in the definition's order.
  public var blocks: [AddressBlock] = []
  /// Blocks whose addresses are still to be chosen (`<ip tapster:auto='yes'/>`).
  public var automaticBlocks: [AutomaticBlock] = []
  /// What lies behind guests.
  public var routes: [StaticRoute] = []
  /// How guests are plugged into switches that want to know more.
  public var virtualPort: VirtualPort?
  /// Kinds of guests, each with settings of its own.
  public var portGroups: [PortGroup] = []
  /// Lines of dnsmasq's configuration (`dnsmasq:options`), as they are.
  public var dnsmasqOptions: [String] = []
  /// `ipv6`: whether guests may talk IPv6 with one another though the host has no IPv6 address
  /// there. Nil if the definition does not say.
  public var allowsIPv6: Bool?
  /// `trustGuestRxFilters`; nil if the definition does not say.
  public var trustsReceiveFilters: Bool?
  /// Which connections from outside reach guests (`tapster:incoming`); nil for what the forward
  /// mode does by itself.
  public var incoming: IncomingPolicy?
  /// Which connections guests may make (`tapster:outgoing`); nil for all.
  public var outgoing: OutgoingPolicy?
  /// What other programs keep in it.
  public var foreign = ForeignContent()

  /// A network with a name and nothing else.
  public init(name: NetworkName) { self.name = name }

  /// The same with what was left open settled as given; a MAC address and a bridge's name only
  /// where there is a bridge of our making.
  public func completed(uuid: UUID, mac: MACAddress, bridge: BridgeName) -> Network {
    var network = self
    network.uuid = self.uuid ?? uuid
    guard makesBridge else { return network }
    network.mac = self.mac ?? mac
    var settled = self.bridge ?? Bridge()
    settled.name = settled.name ?? .name(bridge)
    network.bridge = settled
    return network
  }

  /// Whether the network has a bridge that comes and goes with it.
  public var makesBridge: Bool { forward?.mode.makesBridge ?? true }

  /// The name of the bridge, ours or the host's; nil if there is none or it is left open.
  public var bridgeName: BridgeName? {
    if case .name(let name) = bridge?.name { name } else { nil }
  }
}
