/// What was seen of a host, as far as it decides about guests' network. Whoever looks fills it in;
/// nothing here asks the host.
public struct HostFacts: Sendable {
  /// Whose way onto the network is looked at.
  public struct User: Sendable {
    /// How he is called in a rule: his name, or his number.
    public var name: String
    /// His number.
    public var number: UInt32
    /// The numbers of his groups.
    public var groups: [UInt32]
    /// Why the broker refuses him whatever the list says, in half a sentence; nil if it does not.
    public var brokerRefusal: String?

    /// A user of his parts, whom the broker serves.
    public init(name: String, number: UInt32, groups: [UInt32]) {
      self.name = name
      self.number = number
      self.groups = groups
    }
  }

  /// What keeps a process from getting privilege from a program that it starts.
  public struct Confinement: Sendable {
    /// Whether no_new_privs is on (`man 2 prctl`).
    public var hasNoNewPrivileges = false
    /// Whether the process is in a user namespace of its own (`man 7 user_namespaces`).
    public var isInUserNamespace = false

    /// Nothing does.
    public init() {}
  }

  /// The helper's file.
  public struct Helper: Sendable {
    /// Its owner.
    public var owner: UInt32
    /// Its group.
    public var group: UInt32
    /// Its permissions, with the set-user-ID bit (`man 7 inode`).
    public var mode: UInt32
    /// Whether it has the capability CAP_NET_ADMIN, effective.
    public var hasCapability: Bool
    /// Whether its file system grants no privilege (`nosuid`).
    public var isOnNosuid: Bool

    /// A file of its parts.
    public init(owner: UInt32, group: UInt32, mode: UInt32, hasCapability: Bool, isOnNosuid: Bool) {
      self.owner = owner
      self.group = group
      self.mode = mode
      self.hasCapability = hasCapability
      self.isOnNosuid = isOnNosuid
    }
  }

  /// A device's file.
  public struct Device: Sendable {
    /// Its owner.
    public var owner: UInt32
    /// Its group.
    public var group: UInt32
    /// Its permissions.
    public var mode: UInt32

    /// A file of its parts.
    public init(owner: UInt32, group: UInt32, mode: UInt32) {
      self.owner = owner
      self.group = group
      self.mode = mode
    }
  }

  /// The broker at its socket.
  public enum Broker: Sendable { case absent, silent, answers }

  /// The access control list as a whole.
  public enum List: Sendable {
    /// It says something to everybody who asks.
    case whole
    /// It was not read.
    case unseen
    /// There is none.
    case missing
    /// A file belongs to somebody else than root.
    case foreignOwner(path: String, words: String)
    /// Others than root may write to a file.
    case writable(path: String, words: String)
    /// Something else is wrong with it, and what to do about it where that was said.
    case broken(words: String, advice: String? = nil)
  }

  /// What the list says of the user and a bridge.
  public enum Access: Sendable {
    /// He may have `taps` taps, nil for any number, and has `used`.
    case allowed(place: String, taps: UInt32?, used: UInt32, vhost: Bool)
    /// A rule denies it.
    case denied(place: String, rule: String)
    /// No rule in that file or what it includes allows it.
    case silent(file: String)
    /// The broker would make a tap, and says why.
    case allowedByBroker(words: String)
    /// The broker would not, and says why, and what to do about it.
    case refusedByBroker(words: String, advice: String?)
  }

  /// A bridge that guests are to be plugged into.
  public struct Bridge: Sendable {
    /// What is called so; unseen in another network than the host's.
    public enum Kind: Sendable { case missing, bridge, other, unseen }
    /// Its name.
    public var name: String
    /// What is called so.
    public var kind: Kind
    /// Whether it is set up.
    public var isUp: Bool
    /// Its Ethernet address.
    public var mac: String?
    /// Whether that stays what it is, whatever is plugged in.
    public var keepsAddress: Bool
    /// The network that has it, if one has.
    public var network: String?
    /// Whether that network made it.
    public var isNetworks: Bool
    /// What the list says; nil if that was not asked.
    public var access: Access?

    /// A bridge that is as it should be, and nobody's.
    public init(name: String, kind: Kind = .bridge) {
      self.name = name
      self.kind = kind
      isUp = true
      keepsAddress = true
      isNetworks = false
    }
  }

  /// A version of IP.
  public enum Family: String, CaseIterable, Sendable { case ipv4 = "IPv4", ipv6 = "IPv6" }

  /// A network.
  public struct Network: Sendable {
    /// Whether its part of the firewall is there.
    public enum Rules: Sendable { case right, gone, unseen }
    /// Whether its dnsmasq runs.
    public enum Server: Sendable { case notNeeded, runs, dead }
    /// A program that has a port of its dnsmasq.
    public struct PortHolder: Sendable {
      /// Its number.
      public var process: Int32
      /// Its name.
      public var program: String
      /// `UDP 67`
      public var port: String

      /// A holder of its parts.
      public init(process: Int32, program: String, port: String) {
        self.process = process
        self.program = program
        self.port = port
      }
    }
    /// What of the host overlaps one of its blocks.
    public struct Overlap: Sendable {
      /// The network's block.
      public var subnet: String
      /// The address or block of the host.
      public var other: String
      /// Whether that is a route's.
      public var isRoute: Bool
      /// The interface that has it.
      public var interface: String?

      /// An overlap of its parts.
      public init(subnet: String, other: String, isRoute: Bool, interface: String?) {
        self.subnet = subnet
        self.other = other
        self.isRoute = isRoute
        self.interface = interface
      }
    }
    /// What another program's firewall does to it, in words, and the command that mends it.
    public struct Obstacle: Sendable {
      /// In words.
      public var words: String
      /// The command.
      public var fix: String?

      /// An obstacle of its parts.
      public init(words: String, fix: String?) {
        self.words = words
        self.fix = fix
      }
    }
    /// An interface that packets may leave by, if only some are.
    public struct Exit: Sendable {
      /// Its name.
      public var interface: String
      /// Whether it is there.
      public var exists: Bool
      /// Whether it is set up.
      public var isUp: Bool

      /// An interface of its parts.
      public init(interface: String, exists: Bool, isUp: Bool) {
        self.interface = interface
        self.exists = exists
        self.isUp = isUp
      }
    }

    /// Its name.
    public var name: String
    /// Whether it runs.
    public var isActive: Bool
    /// Whether it has to: it was asked about, starts with the machine, or nothing else runs.
    public var isWanted: Bool
    /// Whether a start or a stop of it that did not come to its end left something.
    public var isLeftOver = false
    /// The name that its bridge is to have and another interface has; nil if none has.
    public var takenName: String?
    /// Why its definition cannot be carried out; nil if it can.
    public var problem: String?
    /// For which versions of IP the host has to forward.
    public var forwards: [Family] = []
    /// For which of them it does not.
    public var notForwarded: [Family] = []
    /// The interfaces by which packets may leave; none for any.
    public var exits: [Exit] = []
    /// Whether its rules are there.
    public var rules = Rules.right
    /// What of others is in its way.
    public var obstacles: [Obstacle] = []
    /// Whether its dnsmasq runs.
    public var server = Server.notNeeded
    /// Who has that one's ports.
    public var portHolders: [PortHolder] = []
    /// What of the host overlaps its blocks.
    public var overlap: Overlap?

    /// A network in which nothing is wrong.
    public init(name: String, isActive: Bool = true, isWanted: Bool = true) {
      self.name = name
      self.isActive = isActive
      self.isWanted = isWanted
    }
  }

  /// An interface that could lead out.
  public struct Uplink: Sendable {
    /// Its name.
    public var interface: String
    /// Of which versions of IP a default route leads over it.
    public var routes: [Family]
    /// Whether its default route of IPv6 was advertised by a router.
    public var isAdvertised: Bool
    /// Whether it has an address of IPv6 that is more than its link's.
    public var hasIPv6: Bool
    /// Whether it forwards IPv6.
    public var forwardsIPv6: Bool
    /// Its `accept_ra` (`Documentation/networking/ip-sysctl.rst`); nil if it has none.
    public var acceptsRoutes: Int?

    /// An interface with routes of these versions.
    public init(interface: String, routes: [Family]) {
      self.interface = interface
      self.routes = routes
      isAdvertised = false
      hasIPv6 = false
      forwardsIPv6 = false
    }
  }

  /// Whose way is looked at; nil if only the host is.
  public var user: User?
  /// What confines the caller; nil if another user is asked about, who may be confined or not.
  public var confinement: Confinement?
  /// Where the helper is, or has to be.
  public var helperPath = ""
  /// The helper; nil if there is none.
  public var helper: Helper?
  /// Whether a package is to put it there.
  public var isPackaged = false
  /// `/dev/net/tun`; nil if there is none.
  public var tun: Device?
  /// Whether the kernel has the driver of taps loaded.
  public var hasTunDriver = true
  /// `/dev/vhost-net`; nil if there is none.
  public var vhost: Device?
  /// The broker.
  public var broker = Broker.absent
  /// Whether systemd runs the machine.
  public var hasSystemd = false
  /// The access control list.
  public var list = List.whole
  /// The bridges that matter.
  public var bridges: [Bridge] = []
  /// Whether one of ``bridges`` is enough: none was asked about.
  public var isAnyBridgeEnough = true
  /// The networks that matter.
  public var networks: [Network] = []
  /// The interfaces that could lead out.
  public var uplinks: [Uplink] = []
  /// What could not be looked at, and why, in half sentences.
  public var unseen: [String] = []

  /// Nothing seen yet.
  public init() {}

  /// Whether the caller's requests go to the broker, since the helper has no privilege to do what
  /// they ask for.
  var isServedByBroker: Bool {
    guard broker == .answers, let helper else { return false }
    return isConfined || helper.isOnNosuid
      || (!helper.hasCapability && (helper.owner != 0 || helper.mode & 0o4000 == 0))
  }

  /// Whether the caller gets no privilege from any program, and may see other devices than the
  /// broker.
  var isConfined: Bool {
    confinement.map { $0.hasNoNewPrivileges || $0.isInUserNamespace } ?? false
  }
}
