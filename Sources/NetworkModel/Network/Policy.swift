public import LinuxTypes

/// Whether something may pass.
public enum PolicyVerdict: String, CaseIterable, Sendable { case allow, deny }

/// A protocol that has ports.
public enum TransportProtocol: String, CaseIterable, Sendable { case tcp, udp }

/// Which new connections from outside reach guests (`tapster:incoming`).
public struct IncomingPolicy: Equatable, Sendable {
  /// What becomes of a connection that no forward is for.
  public var defaultVerdict: PolicyVerdict
  /// Ports of the host that lead to guests.
  public var forwards: [PortForward]

  /// A policy.
  public init(defaultVerdict: PolicyVerdict, forwards: [PortForward] = []) {
    self.defaultVerdict = defaultVerdict
    self.forwards = forwards
  }
}

/// Ports of the host that lead to a guest (`tapster:allow` in `tapster:incoming`).
///
/// Whoever connects to one of ``ports`` at an address of the host, from outside, from the host
/// itself or from a guest, is connected to the guest.
public struct PortForward: Equatable, Hashable, Sendable {
  /// How a guest is named.
  public enum Guest: Equatable, Hashable, Sendable {
    /// By its address.
    case address(IPAddress)
    /// By the MAC address that a DHCP host of the network has.
    case mac(MACAddress)
    /// By the name that a DHCP host of the network has.
    case name(HostName)
  }

  /// Of which protocol.
  public var transport: TransportProtocol
  /// The ports of the host.
  public var ports: PortRange
  /// The only address of the host that they are forwarded at; nil for all.
  public var hostAddress: IPAddress?
  /// To whom.
  public var guest: Guest
  /// The first of the guest's ports, which are as many as ``ports``; nil for the same ones.
  public var guestPort: UInt16?

  /// A forward.
  public init(
    transport: TransportProtocol, ports: PortRange, hostAddress: IPAddress? = nil, guest: Guest,
    guestPort: UInt16? = nil
  ) {
    self.transport = transport
    self.ports = ports
    self.hostAddress = hostAddress
    self.guest = guest
    self.guestPort = guestPort
  }
}

/// Which connections guests may make to places outside their network (`tapster:outgoing`).
public struct OutgoingPolicy: Equatable, Sendable {
  /// An exception (`tapster:allow`, `tapster:deny`); the first that fits decides.
  public struct Rule: Equatable, Sendable {
    /// What becomes of a connection that fits.
    public var verdict: PolicyVerdict
    /// Of which protocol; nil for any.
    public var transport: TransportProtocol?
    /// To which ports; nil for any. Only with a transport.
    public var ports: PortRange?
    /// To where; nil for anywhere.
    public var destination: IPNetwork?

    /// An exception.
    public init(
      verdict: PolicyVerdict, transport: TransportProtocol?, ports: PortRange?,
      destination: IPNetwork?
    ) {
      self.verdict = verdict
      self.transport = transport
      self.ports = ports
      self.destination = destination
    }
  }

  /// What becomes of a connection that no rule is for.
  public var defaultVerdict: PolicyVerdict
  /// The exceptions, in order.
  public var rules: [Rule]

  /// A policy.
  public init(defaultVerdict: PolicyVerdict, rules: [Rule] = []) {
    self.defaultVerdict = defaultVerdict
    self.rules = rules
  }
}
