internal import AccessControl
public import Diagnosis
public import LinuxHost
public import LinuxNetworking
internal import LinuxTypes
public import NetworkEngine
public import NetworkModel
internal import RouteNetlink
internal import TapBroker

/// Looks at all that decides about guests' network. Nothing is changed but, in the end, whom this
/// process acts for.
public struct DiagnosisObservation {
  /// What is to be looked at.
  public enum Subject: Sendable {
    /// All networks.
    case everything
    /// A bridge, and the network that it is of.
    case bridge(String)
    /// A network, and its bridge.
    case network(NetworkName)
  }

  /// Whose way is looked at.
  public enum Person: Sendable {
    /// Nobody's in particular, but root's, who asks.
    case nobody
    /// The one who asks.
    case caller(Credentials)
    /// Somebody else; root asks, and this process becomes his.
    case other(Account)
  }

  private let subject: Subject
  private let links: [RouteConnection.KnownLink]
  private let addresses: [(address: RouteConnection.Address, index: InterfaceIndex)]
  private let routes: [RouteConnection.KnownRoute]
  private var bridgesOfNetworks: Set<InterfaceName> = []
  private var facts = HostFacts()

  /// What is seen. Throws if the kernel does not list its links, addresses and routes, or the
  /// networks cannot be listed.
  public static func facts(
    of subject: Subject, for person: Person
  ) throws(EngineError) -> HostFacts {
    var observation = try DiagnosisObservation(subject)
    observation.lookAtHelper()
    if NetworkView.isHosts {
      try observation.lookAtNetworks()
      observation.lookAtUplinks()
    } else {
      try observation.nameBridges()
    }
    observation.look(at: person)
    return observation.facts
  }

  private init(_ subject: Subject) throws(EngineError) {
    self.subject = subject
    let connection = try asking { () throws(RouteError) in try RouteConnection.open() }
    links = try asking { () throws(RouteError) in try connection.links() }
    addresses = try asking { () throws(RouteError) in try connection.addresses() }
    routes = try asking { () throws(RouteError) in try connection.routes() }
  }

  // MARK: The host

  private mutating func lookAtHelper() {
    let place = HelperPlace.find()
    facts.helperPath = String(decoding: place.path.bytes, as: UTF8.self)
    facts.isPackaged = place.isPackaged
    facts.helper = FileFacts.helper(place.path)
    facts.tun = FileFacts.device(TapDevice.devicePath)
    facts.hasTunDriver = File.exists(FilePath("/sys/class/misc/tun"))
    facts.vhost = FileFacts.device(FilePath("/dev/vhost-net"))
    facts.hasSystemd = File.exists(FilePath("/run/systemd/system"))
    facts.broker = BrokerProbe.run()
  }

  private mutating func lookAtNetworks() throws(EngineError) {
    let all = try NetworkHealth.all()
    let isAnyActive = all.contains(where: \.isActive)
    bridgesOfNetworks = Set(all.filter(\.makesBridge).compactMap { $0.bridge?.interface })
    for health in all {
      let isAsked: Bool
      switch subject {
      case .everything: isAsked = false
      case .bridge(let name): isAsked = health.bridge?.text == name
      case .network(let name): isAsked = health.name == name
      }
      if case .everything = subject {} else if !isAsked { continue }
      facts.networks.append(
        network(health, isWanted: isAsked || health.isAutostarted || !isAnyActive))
      if health.rules == .unseen, facts.unseen.isEmpty {
        facts.unseen.append("firewall rules, which the kernel shows to root only")
      }
      if let name = health.bridge, health.isActive || isAsked {
        facts.bridges.append(bridge(name.text, health))
      }
    }
    if case .bridge(let name) = subject, facts.bridges.isEmpty {
      facts.bridges.append(bridge(name, nil))
    }
    if case .everything = subject {
      facts.isAnyBridgeEnough = true
    } else {
      facts.isAnyBridgeEnough = false
    }
  }

  /// The bridges that could matter, where nothing is to be seen of them but what the broker says.
  private mutating func nameBridges() throws(EngineError) {
    facts.unseen.append("networks and uplinks, since this shell does not see those of the host")
    switch subject {
    case .bridge(let name): facts.bridges = [HostFacts.Bridge(name: name, kind: .unseen)]
    case .everything, .network:
      for health in try NetworkHealth.all() {
        if case .network(let name) = subject, health.name != name { continue }
        guard let name = health.bridge?.text else { continue }
        facts.bridges.append(HostFacts.Bridge(name: name, kind: .unseen))
      }
    }
    if case .everything = subject { return }
    facts.isAnyBridgeEnough = false
  }

  private func network(_ health: NetworkHealth, isWanted: Bool) -> HostFacts.Network {
    var network = HostFacts.Network(
      name: health.name.text, isActive: health.isActive, isWanted: isWanted)
    network.isLeftOver = health.isLeftOver
    if !health.isActive, !health.isLeftOver, health.makesBridge, let name = health.bridge,
      links.contains(where: { $0.name == name.interface })
    {
      network.takenName = name.text
    }
    network.problem = health.problem?.description
    network.forwards = health.forwards.map(HostFacts.Family.init)
    network.notForwarded = health.notForwarded.map(HostFacts.Family.init)
    network.exits = health.exits.map { name in
      let link = links.first { $0.name == name.interface }
      return HostFacts.Network.Exit(
        interface: name.text, exists: link != nil, isUp: link?.isUp == true)
    }
    network.rules =
      switch health.rules {
      case .right: .right
      case .gone: .gone
      case .unseen: .unseen
      }
    network.obstacles = health.warnings.map {
      HostFacts.Network.Obstacle(words: $0.words, fix: $0.advice)
    }
    switch health.server {
    case .notNeeded: network.server = .notNeeded
    case .runs: network.server = .runs
    case .dead:
      network.server = .dead
      network.portHolders = PortHolders().holders(at: health.addresses)
    }
    if case .overlap(let subnet, with: let other, let isRoute, let interface)? = health.overlap {
      network.overlap = HostFacts.Network.Overlap(
        subnet: "\(subnet)", other: other, isRoute: isRoute, interface: interface)
    }
    return network
  }

  private func bridge(_ name: String, _ health: NetworkHealth?) -> HostFacts.Bridge {
    let link = InterfaceName(name).flatMap { name in links.first { $0.name == name } }
    var bridge = HostFacts.Bridge(
      name: name, kind: link.map { $0.kind == "bridge" ? .bridge : .other } ?? .missing)
    bridge.network = health?.name.text
    bridge.isNetworks = health?.makesBridge ?? false
    guard let link else { return bridge }
    bridge.isUp = link.isUp
    bridge.mac = link.mac?.description
    // NET_ADDR_SET of `<linux/netdevice.h>`: somebody gave it the address.
    bridge.keepsAddress = link.name.setting("addr_assign_type").map { $0 == "3" } ?? true
    return bridge
  }

  private mutating func lookAtUplinks() {
    for link in links where !link.isLoopback && !bridgesOfNetworks.contains(link.name) {
      let own = routes.filter { $0.index == link.index && $0.isWayOut }
      let families = HostFacts.Family.allCases.filter { family in
        own.contains { $0.family == family.rawValue }
      }
      var uplink = HostFacts.Uplink(interface: link.name.text, routes: families)
      uplink.isAdvertised = own.contains { $0.isAdvertised }
      uplink.hasIPv6 = addresses.contains { address, index in
        index == link.index && address.bytes.count == 16 && !address.isLinkLocal
      }
      let settings = FilePath("/proc/sys/net/ipv6/conf").appending(link.name.text)
      uplink.forwardsIPv6 = Self.number(settings.appending("forwarding")) == 1
      uplink.acceptsRoutes = Self.number(settings.appending("accept_ra"))
      if link.isUp, !families.isEmpty || uplink.hasIPv6, link.master == nil {
        facts.uplinks.append(uplink)
      }
    }
  }

  private static func number(_ path: FilePath) -> Int? {
    guard let bytes = (try? File.read(path)) ?? nil else { return nil }
    return Int(String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
  }

  // MARK: The user

  private mutating func look(at person: Person) {
    let credentials: Credentials
    switch person {
    case .nobody: return lookAtList(as: nil)
    case .caller(let caller):
      credentials = caller
      facts.confinement = Self.confinement()
      facts.user = Self.user(caller, Account.find("\(caller.user.rawValue)")?.name)
      if EffectiveUser.isInUserNamespace { return askBroker() }
    case .other(let account):
      credentials = account.credentials
      facts.user = Self.user(credentials, account.name)
      // Files that he may not read say nothing to him.
      do throws(Errno) { try credentials.assume() } catch {
        facts.list = .unseen
        facts.unseen.append("the access control list as he sees it: \(error)")
        return
      }
    }
    facts.user?.brokerRefusal = Self.brokerRefusal(credentials.user)
    lookAtList(as: credentials)
  }

  private static func user(_ credentials: Credentials, _ name: String?) -> HostFacts.User {
    let number = credentials.user.rawValue
    return HostFacts.User(
      name: name ?? "\(number)", number: number, groups: credentials.groups.map(\.rawValue))
  }

  /// Why the broker refuses him whatever the list says; nil if it goes by the list.
  private static func brokerRefusal(_ user: UserID) -> String? {
    do throws(Refusal) {
      try Permission.refuseSubordinate(user)
      return nil
    } catch { return error.reason }
  }

  private static func confinement() -> HostFacts.Confinement {
    var confinement = HostFacts.Confinement()
    let status = (try? File.readStream(FilePath("/proc/self/status"), maximumSize: 65536)) ?? []
    for line in String(decoding: status, as: UTF8.self).split(separator: "\n")
    where line.hasPrefix("NoNewPrivs:") {
      confinement.hasNoNewPrivileges = line.hasSuffix("1")
    }
    confinement.isInUserNamespace = EffectiveUser.isInUserNamespace
    return confinement
  }

  /// What the broker says of the bridges: in a user namespace nobody sees whose the list's files
  /// are, nor what the host's numbers of the caller and his groups are.
  private mutating func askBroker() {
    var isDecided = false
    var missing: Set<String> = []
    for position in facts.bridges.indices where facts.broker == .answers {
      // What is wrong with it is found apart from the list.
      if case .missing = facts.bridges[position].kind { continue }
      if case .other = facts.bridges[position].kind { continue }
      switch BrokerProbe.decision(on: facts.bridges[position].name) {
      case .unknown: continue
      case .noBridge(let access):
        // One that nobody asked about belongs to a network that does not run.
        if facts.isAnyBridgeEnough {
          missing.insert(facts.bridges[position].name)
          continue
        }
        facts.bridges[position].access = access
      case .brokenList(let list):
        facts.list = list
        return
      case .access(let access): facts.bridges[position].access = access
      }
      isDecided = true
    }
    facts.bridges.removeAll { missing.contains($0.name) }
    if isDecided { return }
    facts.list = .unseen
    facts.unseen.append("the access control list, since nobody's files are root's in here")
  }

  /// What the list says of the bridges that are there; without anybody who asks, whether it says
  /// anything at all.
  private mutating func lookAtList(as credentials: Credentials?) {
    let user = credentials?.user ?? UserID(0)
    guard let user else { return }
    var isAsked = false
    do throws(ACLFailure) {
      for position in facts.bridges.indices where credentials != nil {
        guard let link = Self.link(facts.bridges[position].name) else { continue }
        isAsked = true
        facts.bridges[position].access = try Self.access(
          AccessQuestion(
            user: user, groups: credentials?.groups ?? [],
            bridgeNames: [link.name] + link.alternativeNames),
          used: taps(of: user, on: link.index))
      }
      if !isAsked {
        _ = try Self.access(
          AccessQuestion(user: user, groups: credentials?.groups ?? [], bridgeNames: []), used: 0)
      }
    } catch { facts.list = Self.list(error) }
  }

  /// The interface with its alternative names; nil if there is none.
  private static func link(_ name: String) -> Link? {
    guard let name = InterfaceName(name) else { return nil }
    do throws(NetlinkError) {
      var socket = try RouteSocket()
      return try socket.link(named: name)
    } catch { return nil }
  }

  private static func access(
    _ question: AccessQuestion, used: UInt32
  ) throws(ACLFailure) -> HostFacts.Access {
    var reader = ACLReader(question)
    switch try reader.decide() {
    case .allowed(let grant):
      return .allowed(place: grant.rule.place, taps: grant.taps, used: used, vhost: grant.vhost)
    case .denied(let rule): return .denied(place: rule.place, rule: rule.words)
    case .noRule: return .silent(file: reader.mainPath.description)
    }
  }

  /// How many taps a user has on a bridge, by their names.
  private func taps(of user: UserID, on bridge: InterfaceIndex) -> UInt32 {
    guard let template = TapName(user: user, bridge: bridge) else { return 0 }
    return UInt32(links.count { template.slot(of: $0.name.bytes) != nil })
  }

  private static func list(_ failure: ACLFailure) -> HostFacts.List {
    let words = failure.description
    return switch failure {
    case .missing: .missing
    case .notRoots(let path, _):
      .foreignOwner(path: String(decoding: path.bytes, as: UTF8.self), words: words)
    case .writableByOthers(let path):
      .writable(path: String(decoding: path.bytes, as: UTF8.self), words: words)
    default: .broken(words: words)
    }
  }
}

extension HostFacts.Family {
  fileprivate init(_ family: IPAddress.Family) {
    self = family == .ipv4 ? .ipv4 : .ipv6
  }
}
