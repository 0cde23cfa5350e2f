/// What the DNS server of a network does (`<dns>`).
public struct DNS: Equatable, Sendable {
  /// Another server to ask (`<forwarder>`).
  public struct Forwarder: Equatable, Sendable {
    /// The server; nil for the host's own.
    public var address: IPAddress?
    /// What it is asked about; nil for everything.
    public var domain: HostName?
    /// What other programs keep in it.
    public var foreign = ForeignContent()

    /// A server.
    public init(address: IPAddress?, domain: HostName?) {
      self.address = address
      self.domain = domain
    }
  }

  /// A text for a name (`<txt>`).
  public struct Text: Equatable, Sendable {
    /// The name.
    public var name: HostName
    /// The text.
    public var value: String
    /// What other programs keep in it.
    public var foreign = ForeignContent()

    /// A text.
    public init(name: HostName, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// Where a service is (`<srv>`, RFC 2782).
  public struct Service: Equatable, Sendable {
    /// Its name, without the underscore in front.
    public var service: String
    /// Its protocol, tcp or udp.
    public var transport: String
    /// The domain that it is in; nil for the network's.
    public var domain: String?
    /// The host; nil for none, with nothing else said either.
    public var target: String?
    /// The port.
    public var port: UInt16?
    /// The lower, the sooner.
    public var priority: UInt16?
    /// How often among those of one priority.
    public var weight: UInt16?
    /// What other programs keep in it.
    public var foreign = ForeignContent()

    /// A service of which nothing but its name is known.
    public init(service: String, transport: String) {
      self.service = service
      self.transport = transport
    }
  }

  /// Names for an address (`<host>`).
  public struct Host: Equatable, Sendable {
    /// The address.
    public var address: IPAddress
    /// Its names, one at least.
    public var names: [HostName]
    /// What other programs keep in it.
    public var foreign = ForeignContent()

    /// An address and its names.
    public init(address: IPAddress, names: [HostName]) {
      self.address = address
      self.names = names
    }
  }

  /// `enable`; nil, if the definition does not say, for yes.
  public var isEnabled: Bool?
  /// `forwardPlainNames`: whether names without a dot are asked of other servers. Nil if the
  /// definition does not say.
  public var forwardsPlainNames: Bool?
  /// Other servers.
  public var forwarders: [Forwarder] = []
  /// Texts.
  public var texts: [Text] = []
  /// Services.
  public var services: [Service] = []
  /// Names.
  public var hosts: [Host] = []
  /// What other programs keep in it.
  public var foreign = ForeignContent()

  /// The standard.
  public init() {}
}
