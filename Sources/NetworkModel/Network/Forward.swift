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
    /// It goes over a bridge of the host's, or by macvtap over a device of the host's.
    case bridge
    /// By macvtap of that mode.
    case `private`
    /// By macvtap of that mode.
    case vepa
    /// By macvtap of that mode: a device for each guest.
    case passthrough
    /// Each guest has a PCI device.
    case hostdev

    /// Whether the network has a bridge that comes and goes with it.
    public var makesBridge: Bool { self == .nat || self == .route || self == .open }
  }

  /// A device of the host's that packets leave by, or that guests get.
  public enum Device: Equatable, Sendable {
    /// `<interface dev='…'/>`
    case interface(BridgeName)
    /// `<address type='pci' …/>`
    case pci(PCIAddress)
  }

  /// What attaches PCI devices to guests.
  public enum Driver: String, CaseIterable, Sendable { case kvm, vfio }

  /// What becomes of a packet that leaves.
  public var mode: Mode
  /// The only devices over which it may leave; none for any.
  public var devices: [Device] = []
  /// The device whose virtual functions are meant (`<pf dev='…'/>`).
  public var physicalFunction: BridgeName?
  /// `managed`; nil if the definition does not say.
  public var isManaged: Bool?
  /// The driver that PCI devices get (`<driver name='…'/>`).
  public var driver: Driver?
  /// The module that has that driver (`<driver model='…'/>`).
  public var driverModel: String?
  /// `<nat ipv6='…'>`: whether IPv6 is masqueraded too. Nil if the definition does not say.
  public var masqueradesIPv6: Bool?
  /// The ports that masqueraded connections get.
  public var ports: PortRange?
  /// The addresses that masqueraded connections get; nil for that of the interface they leave by.
  public var addresses: IPv4Range?
  /// What other programs keep in it.
  public var foreign = ForeignContent()

  /// Forwarding over any interface, with standard ports.
  public init(mode: Mode) { self.mode = mode }

  /// The names of the interfaces among ``devices``.
  public var interfaces: [BridgeName] {
    devices.compactMap { if case .interface(let name) = $0 { name } else { nil } }
  }
}

/// Where a PCI device is.
public struct PCIAddress: Equatable, Hashable, Sendable {
  /// The PCI domain, 0 to 0xffff or, on some machines, more.
  public var domain: UInt32
  /// The bus.
  public var bus: UInt8
  /// The slot, 0 to 31.
  public var slot: UInt8
  /// The function, 0 to 7.
  public var function: UInt8

  /// Takes the four numbers.
  public init(domain: UInt32, bus: UInt8, slot: UInt8, function: UInt8) {
    self.domain = domain
    self.bus = bus
    self.slot = slot
    self.function = function
  }
}

extension PCIAddress: CustomStringConvertible {
  /// `0000:03:00.1`
  public var description: String {
    func hexadecimal(_ value: UInt32, _ digits: Int) -> String {
      let text = String(value, radix: 16)
      return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }
    return "\(hexadecimal(domain, 4)):\(hexadecimal(UInt32(bus), 2)):"
      + "\(hexadecimal(UInt32(slot), 2)).\(function)"
  }
}
