import TestSupport

/// A way to talk to everybody who listens.
enum Cast: CaseIterable {
  /// 255.255.255.255
  case everybody
  /// The last address of the sender's block.
  case block
  /// 224.0.0.251, which never leaves a link.
  case link
  /// 239.1.2.3, which routers may pass on.
  case site
  /// ff02::fb and ff05::fb, the same of IPv6.
  case linkIPv6, siteIPv6

  static let groups = ["224.0.0.251", "239.1.2.3", "ff02::fb", "ff05::fb"]

  var isIPv6: Bool { self == .linkIPv6 || self == .siteIPv6 }

  func target(from definition: Definition) -> String {
    switch self {
    case .everybody: "255.255.255.255"
    case .block: "192.168.\(100 + definition.rawValue).255"
    case .link: Self.groups[0]
    case .site: Self.groups[1]
    case .linkIPv6: Self.groups[2] + "%eth0"
    case .siteIPv6: Self.groups[3] + "%eth0"
    }
  }
}

/// Who hears what is broadcast or multicast, and from whom it seems to come.
struct Casts {
  /// Of IPv4 and IPv6.
  private static let ports: [UInt16] = [7001, 7002]

  private let site: MatrixSite
  private let pings: Pings
  private var ears: [(party: Flow.Party, socket: HostSocket)] = []

  init(_ site: MatrixSite) throws {
    self.site = site
    pings = try Pings(site.testbed, Flow.Party.all.map(\.station))
    for party in Flow.Party.all {
      var interfaces = ["eth0"]
      if party == .host {
        interfaces = Definition.allCases.map(\.bridge) + ["uplink0", "uplink1"]
      }
      for (port, isIPv6) in zip(Self.ports, [false, true]) {
        let socket = try site.testbed.socket(.udp, isIPv6: isIPv6, on: party.station.host)
        try socket.bind(isIPv6 ? "::" : "0.0.0.0", port)
        for interface in interfaces where try !isIPv6 || listensToIPv6(interface, party) {
          for group in Cast.groups where group.contains(":") == isIPv6 {
            try socket.join(group, on: interface)
          }
        }
        ears.append((party, socket))
      }
    }
  }

  /// A bridge without an address of IPv6 does not speak it.
  private func listensToIPv6(_ interface: String, _ party: Flow.Party) throws -> Bool {
    guard party == .host else { return true }
    let off = try site.testbed.output(["cat", "/proc/sys/net/ipv6/conf/\(interface)/disable_ipv6"])
    return off == "0\n"
  }

  /// Who hears the first guest of a network, and the address that each sees.
  func hear(_ cast: Cast, from definition: Definition) throws -> [Flow.Party: String] {
    let guest = Flow.Party.guest(definition, 1)
    let mouth = try site.testbed.socket(.udp, isIPv6: cast.isIPv6, on: guest.station.host)
    try mouth.bind(definition.address(1, isIPv6: cast.isIPv6))
    try mouth.bind(device: "eth0")
    try mouth.allowBroadcast()
    return try hear(mouth, cast, to: cast.target(from: definition), but: guest)
  }

  /// Who hears the host when it sends by `interface` with one of its other addresses.
  func hearHost(
    _ cast: Cast, as address: String, by interface: String
  ) throws -> [Flow.Party: String] {
    let mouth = try site.testbed.socket(.udp, isIPv6: cast.isIPv6)
    try mouth.bind(address)
    try mouth.bind(device: interface)
    try mouth.allowBroadcast()
    let target = cast.target(from: .nat)
    return try hear(
      mouth, cast, to: cast.isIPv6 ? "\(target.dropLast(5))%\(interface)" : target, but: .host)
  }

  private func hear(
    _ mouth: HostSocket, _ cast: Cast, to target: String, but speaker: Flow.Party
  ) throws -> [Flow.Party: String] {
    for (_, socket) in ears { while try socket.receive() != nil {} }
    try mouth.send(Array("hear".utf8), to: target, Self.ports[cast.isIPv6 ? 1 : 0])
    try pings.settle()
    var heard: [Flow.Party: String] = [:]
    for (party, socket) in ears where party != speaker {
      while let came = try socket.receive() { heard[party] = came.address }
    }
    return heard
  }
}
