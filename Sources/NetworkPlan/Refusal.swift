public import NetworkModel

extension Plan {
  /// Why a network cannot be planned.
  public enum Refusal: Error, Equatable, Sendable {
    /// The definition lacks it: it was not completed.
    case incomplete(String)
    /// Two of its own blocks have addresses in common.
    case overlappingBlocks(IPNetwork, IPNetwork)
    /// More than one block of that version gives out addresses.
    case severalDHCP(IPAddress.Family)
    /// A block whose reverse names are no domain of their own is to keep them local.
    case noReverseDomain(IPAddress.Family, prefixLength: Int)
    /// A value, named by what it is, has a byte that would begin a new line.
    case controlByte(String)
    /// The gateway of a route is not in the network.
    case unreachableGateway(IPAddress, of: IPNetwork)
    /// Guests are to be on devices of the host's, without a bridge.
    case needsDevices(Forward.Mode)
    /// Guests are to be on a bridge of the host's that is not named.
    case needsBridgeName
    /// The bridge is to be in a zone of firewalld.
    case zone(String, BridgeName?)
    /// libvirtd is to fill the bridge's table of addresses.
    case tableFilledByLibvirt
    /// Ports are to be in VLANs, which a bridge of this kind does not do.
    case vlan
    /// Ports are to be made known to a switch of that kind.
    case virtualPort(VirtualPort.Kind?)
    /// The policy cannot be kept.
    case policy(PolicyRefusal)
  }

  /// Refuses what no network of its mode can be, with or without the host.
  static func check(_ network: Network) throws(Refusal) {
    switch network.forward?.mode {
    case .private, .vepa, .passthrough, .hostdev:
      if let mode = network.forward?.mode { throw .needsDevices(mode) }
    case .bridge where network.bridge?.name == nil: throw .needsDevices(.bridge)
    case .bridge, .nat, .route, .open, nil: break
    }
    if !network.automaticBlocks.isEmpty { throw .incomplete("address in <ip tapster:auto='yes'/>") }
    if let zone = network.bridge?.zone { throw .zone(zone, network.bridgeName) }
    if network.bridge?.tableFiller == .libvirt { throw .tableFilledByLibvirt }
    if network.vlan != nil || network.portGroups.contains(where: { $0.vlan != nil }) {
      throw .vlan
    }
    for port in [network.virtualPort] + network.portGroups.map(\.virtualPort) {
      if let port { throw .virtualPort(port.kind) }
    }
  }

  /// Refuses what cannot be on a bridge of the host's.
  static func checkIsOnBridge(_ network: Network) throws(Refusal) {
    guard network.bridgeName != nil else { throw .needsBridgeName }
    if network.incoming != nil || network.outgoing != nil { throw .policy(.hostDoesNotRoute) }
  }
}

extension Plan.Refusal: CustomStringConvertible {
  /// The reason in words, and what to do instead.
  public var description: String {
    switch self {
    case .incomplete(let what): "the network has no \(what)"
    case .overlappingBlocks(let first, let second):
      "its addresses \(first) and \(second) overlap"
    case .severalDHCP(let family):
      "Multiple \(family == .ipv4 ? "IPv4" : "IPv6") dhcp sections found -- dhcp is supported only"
        + " for a single \(family == .ipv4 ? "IPv4" : "IPv6") address on each network"
    case .noReverseDomain(let family, let length):
      "PTR domain for \(family == .ipv4 ? "IPv4" : "IPv6") network with prefix \(length) cannot be"
        + " automatically created: leave localPtr='yes' out, or take a prefix that is a multiple"
        + " of \(family == .ipv4 ? 8 : 4)"
    case .controlByte(let what): "\(what) has a control character in its value"
    case .unreachableGateway(let gateway, let destination):
      "the route to \(destination) goes by \(gateway), which is in no <ip> of the network"
    case .needsDevices(.bridge):
      "forward mode 'bridge' without <bridge name='…'/> puts guests on a device of the host by"
        + " macvtap, which tapster does not make: put the device on a bridge and name that, or"
        + " use mode 'nat' or 'route'"
    case .needsDevices(.hostdev):
      "forward mode 'hostdev' gives each guest a PCI device, which is its hypervisor's doing, not a"
        + " network's: hand the device to the guest (QEMU: -device vfio-pci), or use mode"
        + " 'bridge' with a bridge"
    case .needsDevices(let mode):
      "forward mode '\(mode.rawValue)' puts guests on devices of the host by macvtap, which tapster"
        + " does not make: use mode 'bridge' with <bridge name='…'/>, a bridge that the device is"
        + " on"
    case .needsBridgeName: "forward mode 'bridge' needs the name of the bridge: <bridge name='…'/>"
    case .zone(let zone, let bridge):
      "zone '\(zone)' of firewalld is asked for, and tapster sets no zones: leave zone='\(zone)'"
        + " out and, if firewalld is active, run: firewall-cmd --zone=\(zone)"
        + " --add-interface=\(bridge?.text ?? "BRIDGE")"
    case .tableFilledByLibvirt:
      "macTableManager='libvirt' has libvirtd tell the bridge each guest's address, and there is no"
        + " libvirtd: leave it out, or write 'kernel'"
    case .vlan:
      "<vlan> element specified for a network whose type doesn't support vlan configuration: give"
        + " each VLAN a bridge of its own, and each bridge a network"
    case .virtualPort(let kind):
      "<virtualport\(kind.map { " type='\($0.rawValue)'" } ?? "")> is not supported on a bridge of"
        + " the kernel: leave it out"
    case .policy(let refusal): refusal.description
    }
  }
}
