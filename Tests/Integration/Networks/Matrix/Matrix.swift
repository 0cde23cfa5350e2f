import TestSupport

/// An attempt to reach somebody.
struct Flow: Hashable, CustomStringConvertible {
  /// A guest, or a host that is none.
  enum Party: Hashable, CustomStringConvertible {
    case guest(Definition, Int)
    /// The machine itself, by the address that the other is nearest to.
    case host
    /// The machine itself, by its address on the uplink.
    case uplink
    case outside, elsewhere, lan

    var description: String {
      switch self {
      case .guest(let definition, let number): MatrixSite.guest(number, of: definition)
      case .host: "host"
      case .uplink: "uplink"
      case .outside: "outside"
      case .elsewhere: "elsewhere"
      case .lan: "lan"
      }
    }
  }

  var source: Party
  var target: Party
  var transport: Transport
  var isIPv6: Bool

  var description: String {
    "\(source) > \(target) \(transport)\(isIPv6 ? " over IPv6" : "")"
  }
}

extension Flow.Party {
  /// Whether there is a route to it from anywhere: the host is in its network.
  fileprivate func isReachable(isIPv6: Bool) -> Bool {
    switch self {
    case .guest(let definition, _): isIPv6 ? definition.hasIPv6 : definition.hasIPv4
    case .lan: false
    default: true
    }
  }
}

extension Flow.Party {
  /// All that send and receive.
  static let all: [Flow.Party] =
    [.host, .outside, .elsewhere, .lan]
    + Definition.allCases.flatMap { [.guest($0, 1), .guest($0, 2)] }

  /// Where it sends from and receives.
  var station: Station {
    switch self {
    case .guest(let definition, let number):
      Station(
        host: description,
        addresses: [false, true].map { definition.address(number, isIPv6: $0) },
        marker: definition.hasIPv4
          ? definition.gateway(ofGuest: number) : definition.address(3 - number, isIPv6: false))
    case .host, .uplink:
      Station(host: nil, addresses: Self.hostAddresses, marker: "198.51.100.2")
    case .outside:
      Station(
        host: "outside", addresses: ["198.51.100.2", "2001:db8:ff01::2"], marker: "198.51.100.1")
    case .elsewhere:
      Station(
        host: "elsewhere", addresses: ["203.0.113.2", "2001:db8:ff02::2"], marker: "203.0.113.1")
    case .lan:
      Station(
        host: "lan", addresses: ["192.168.111.1", "2001:db8:11::1"], marker: "192.168.111.11")
    }
  }

  private static var hostAddresses: [String] {
    var addresses = ["198.51.100.1", "2001:db8:ff01::1", "203.0.113.1", "2001:db8:ff02::1"]
    for definition in Definition.allCases {
      if definition.hasIPv4 { addresses.append(definition.gateway(ofGuest: 1)) }
      if definition == .twoBlocks { addresses.append(definition.gateway(ofGuest: 2)) }
      if definition.hasIPv6 { addresses.append(definition.gatewayIPv6) }
    }
    return addresses
  }
}

/// Who can reach whom: every cell is an attempt to.
struct Matrix {
  private let parties: [Flow.Party]
  private let prober: Prober

  init(_ site: MatrixSite) throws {
    parties = Flow.Party.all
    prober = try Prober(site.testbed, parties.map(\.station))
  }

  /// Tries every cell.
  func observe() throws -> [(flow: Flow, outcome: Outcome)] {
    var found: [(Flow, Outcome)] = []
    for (number, source) in parties.enumerated() {
      for transport in Transport.allCases {
        for isIPv6 in [false, true] {
          let flows = self.flows(from: source, transport, isIPv6: isIPv6)
          let outcomes = try prober.probe(
            from: number, flows.map { Self.address(of: $0.target, seenFrom: source, isIPv6) },
            over: transport)
          found += zip(flows, outcomes)
        }
      }
    }
    return found
  }

  /// The cells of a row.
  private func flows(
    from source: Flow.Party, _ transport: Transport, isIPv6: Bool
  ) -> [Flow] {
    var targets: [Flow.Party]
    switch source {
    case .guest(let definition, let number):
      let fellow = Flow.Party.guest(definition, 3 - number)
      switch definition {
      case .bare: targets = [fellow]
      case .bridged: targets = [fellow, .lan]
      default:
        targets = parties.filter { $0 != source && $0 != fellow && $0.isReachable(isIPv6: isIPv6) }
        // Over IPv6 there is a way to go only where the host has an address.
        targets = isIPv6 && !definition.hasIPv6 ? [fellow] : [fellow, .uplink] + targets
      }
    case .lan: targets = [.guest(.bridged, 1), .guest(.bridged, 2)]
    default:
      targets = parties.filter {
        if case .guest = $0 { $0.isReachable(isIPv6: isIPv6) } else { false }
      }
    }
    return targets.map {
      Flow(source: source, target: $0, transport: transport, isIPv6: isIPv6)
    }
  }

  static func address(of party: Flow.Party, seenFrom other: Flow.Party, _ isIPv6: Bool) -> String {
    switch party {
    case .guest(let definition, let number): return definition.address(number, isIPv6: isIPv6)
    case .uplink: return isIPv6 ? "2001:db8:ff01::1" : "198.51.100.1"
    case .outside: return isIPv6 ? "2001:db8:ff01::2" : "198.51.100.2"
    case .elsewhere: return isIPv6 ? "2001:db8:ff02::2" : "203.0.113.2"
    case .lan: return isIPv6 ? "2001:db8:11::1" : "192.168.111.1"
    case .host:
      guard case .guest(let definition, let number) = other else {
        return isIPv6 ? "2001:db8:ff01::1" : "198.51.100.1"
      }
      return isIPv6 ? definition.gatewayIPv6 : definition.gateway(ofGuest: number)
    }
  }
}

extension Definition {
  func address(_ guest: Int, isIPv6: Bool) -> String {
    isIPv6 ? addressIPv6(ofGuest: guest) : address(ofGuest: guest)
  }
}
