/// What is to become of an attempt to reach somebody.
struct Expectation: Equatable, CustomStringConvertible {
  /// As of ``Outcome``.
  enum Kind { case reached, unanswered, refused, silence }
  var kind: Kind
  /// The addresses that it may seem to come from.
  var addresses: Set<String> = []

  var description: String { "\(kind) \(addresses.sorted().joined(separator: " or "))" }

  static func reached(as addresses: String...) -> Expectation {
    Expectation(kind: .reached, addresses: Set(addresses))
  }
  static let refused = Expectation(kind: .refused)

  func isMet(by outcome: Outcome) -> Bool {
    switch outcome {
    case .reached(let address): kind == .reached && addresses.contains(address)
    case .unanswered(let address): kind == .unanswered && addresses.contains(address)
    case .refused: kind == .refused
    case .silence: kind == .silence
    }
  }
}

extension Flow {
  /// What is to become of it.
  func expectation(with provider: NetworkProvider) -> Expectation {
    if provider == .libvirt, let difference = NetworkDifference.of(self) {
      difference.withLibvirt(self)
    } else {
      ownMeaning
    }
  }

  /// What the definitions mean: nobody gets out of a network or into another unless both let him.
  private var ownMeaning: Expectation {
    switch (source, target) {
    case (.guest(.twoBlocks, _), .guest(.twoBlocks, let other)) where !isIPv6:
      // What leaves a block is masqueraded, even if it comes back by the bridge it left.
      return .reached(as: Definition.twoBlocks.gateway(ofGuest: other))
    case (.guest(let from, _), .guest(let to, _)) where from == to:
      return .reached(as: sourceAddress)
    case (.guest(let from, _), .guest(let to, let other)):
      guard from.letsOut(to: nil), to.letsIn else { return .refused }
      guard from.masquerades(isIPv6: isIPv6) else { return .reached(as: sourceAddress) }
      // By the address that the host has over there.
      return from == .natRange
        ? .reached(as: "198.51.100.10", "198.51.100.11")
        : .reached(as: isIPv6 ? to.gatewayIPv6 : to.gateway(ofGuest: other))
    case (.guest(let from, _), .outside), (.guest(let from, _), .elsewhere):
      let uplink = target == .outside ? 0 : 1
      guard from.letsOut(to: uplink) else { return .refused }
      guard from.masquerades(isIPv6: isIPv6) else { return .reached(as: sourceAddress) }
      if from == .natRange { return .reached(as: "198.51.100.10", "198.51.100.11") }
      return .reached(
        as: isIPv6
          ? ["2001:db8:ff01::1", "2001:db8:ff02::1"][uplink]
          : ["198.51.100.1", "203.0.113.1"][uplink]
      )
    case (.host, .guest(let to, let number)):
      return .reached(as: isIPv6 ? to.gatewayIPv6 : to.gateway(ofGuest: number))
    case (.outside, .guest(let to, _)), (.elsewhere, .guest(let to, _)):
      return to.letsIn ? .reached(as: sourceAddress) : .refused
    default: return .reached(as: sourceAddress)
    }
  }

  var sourceAddress: String {
    Matrix.address(of: source, seenFrom: source, isIPv6)
  }
}

extension Definition {
  /// Whether guests may go to that uplink or, nil, to another network.
  func letsOut(to uplink: Int?) -> Bool {
    switch self {
    case .isolated, .isolatedIPv6, .bare: false
    case .natDevice: uplink == 0
    default: true
    }
  }

  /// Whether others may begin to talk to guests.
  fileprivate var letsIn: Bool { self == .route || self == .routeIPv6 || self == .open }

  func masquerades(isIPv6: Bool) -> Bool {
    switch self {
    case .nat, .natDevice, .natRange, .twoBlocks: !isIPv6
    case .natIPv6: true
    default: false
    }
  }
}
