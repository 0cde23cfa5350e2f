import TestSupport

/// What became of one attempt to reach somebody.
enum Outcome: Hashable, CustomStringConvertible {
  /// It arrived, as if sent by this address, and the answer came back.
  case reached(as: String)
  /// It arrived, as if sent by this address, and the answer did not come back.
  case unanswered(as: String)
  /// The sender was told that it may not be.
  case refused
  /// Nothing came of it.
  case silence

  var description: String {
    switch self {
    case .reached(let address): "reached as \(address)"
    case .unanswered(let address): "unanswered, as \(address)"
    case .refused: "refused"
    case .silence: "silence"
    }
  }
}

/// A protocol to reach somebody by.
enum Transport: String, CaseIterable { case tcp, udp, icmp }

/// Sends from every station to every other, and tells what arrived.
///
/// Nothing is waited for by the clock, but by ``Pings``.
struct Prober {
  private static let port: UInt16 = 7000

  private let testbed: Testbed
  private let stations: [Station]
  /// Of each station.
  private var sockets: [[HostSocket.Kind: [HostSocket]]] = []
  private let pings: Pings

  init(_ testbed: Testbed, _ stations: [Station]) throws {
    self.testbed = testbed
    self.stations = stations
    for station in stations {
      var own: [HostSocket.Kind: [HostSocket]] = [:]
      for address in station.addresses {
        let isIPv6 = address.contains(":")
        for kind in [HostSocket.Kind.tcp, .udp, .icmp] {
          let socket = try testbed.socket(kind, isIPv6: isIPv6, on: station.host)
          try socket.bind(address, Self.port)
          if kind == .tcp { try socket.listen() }
          own[kind, default: []].append(socket)
        }
      }
      sockets.append(own)
    }
    pings = try Pings(testbed, stations)
  }

  /// Tries `targets`, addresses of stations, from `address` of station number `source`.
  func probe(
    from source: Int, _ targets: [String], over transport: Transport
  ) throws -> [Outcome] {
    try drain()
    return switch transport {
    case .tcp: try tcp(from: source, targets)
    case .udp: try udp(from: source, targets)
    case .icmp: try icmp(from: source, targets)
    }
  }

  // MARK: One protocol each

  private func udp(from source: Int, _ targets: [String]) throws -> [Outcome] {
    var asking: [(socket: HostSocket, error: Bool)] = []
    for (number, target) in targets.enumerated() {
      let socket = try testbed.socket(
        .udp, isIPv6: target.contains(":"), on: stations[source].host)
      var failed = false
      do throws(SystemCallFailure) {
        try socket.connect(target, Self.port)
        try socket.send(Self.token(number))
      } catch { failed = true }
      asking.append((socket, failed))
    }
    try pings.settle()
    var seen: [String: String] = [:]
    for own in sockets {
      for socket in own[.udp] ?? [] {
        while let came = try? socket.receive() {
          seen[came.text] = came.address
          try? socket.send(came.bytes, to: came.address, came.port)
        }
      }
    }
    try pings.settle()
    return targets.indices.map { number in
      Self.outcome(asking[number].socket, seen: seen[Self.token(number)], number)
    }
  }

  private func tcp(from source: Int, _ targets: [String]) throws -> [Outcome] {
    var asking: [HostSocket] = []
    var refused: Set<Int> = []
    for (number, target) in targets.enumerated() {
      let socket = try testbed.socket(
        .tcp, isIPv6: target.contains(":"), on: stations[source].host)
      do throws(SystemCallFailure) { try socket.connect(target, Self.port) } catch {
        refused.insert(number)
      }
      asking.append(socket)
    }
    try pings.settle()
    for (number, socket) in asking.enumerated() {
      do throws(SystemCallFailure) {
        if try socket.isConnected { try socket.send(Self.token(number)) }
      } catch { refused.insert(number) }
    }
    try pings.settle()
    var seen: [String: String] = [:]
    var accepted: [HostSocket] = []
    for own in sockets {
      for socket in own[.tcp] ?? [] {
        while let (connection, address, _) = try socket.accept() {
          accepted.append(connection)
          guard let came = try? connection.receive() else { continue }
          seen[came.text] = address
          try? connection.send(came.text)
        }
      }
    }
    try pings.settle()
    let outcomes: [Outcome] = targets.indices.map { number in
      refused.contains(number)
        ? .refused : Self.outcome(asking[number], seen: seen[Self.token(number)], number)
    }
    return withExtendedLifetime(accepted) { outcomes }
  }

  private func icmp(from source: Int, _ targets: [String]) throws -> [Outcome] {
    var asking: [(socket: HostSocket, error: Bool)] = []
    for (number, target) in targets.enumerated() {
      let socket = try testbed.socket(
        .icmp, isIPv6: target.contains(":"), on: stations[source].host)
      var failed = false
      do throws(SystemCallFailure) {
        try socket.send(Echo.request(number, isIPv6: target.contains(":")), to: target)
      } catch { failed = true }
      asking.append((socket, failed))
    }
    try pings.settle()
    var seen: [Int: String] = [:]
    for own in sockets {
      for socket in own[.icmp] ?? [] {
        while let came = try? socket.receive() {
          if let (kind, number) = Echo.message(came), kind == .request {
            seen[number] = came.address
          }
        }
      }
    }
    return targets.indices.map { number in
      var told: Outcome = asking[number].error ? .refused : .silence
      while let came = try? asking[number].socket.receive() {
        guard let (kind, about) = Echo.message(came), about == number else { continue }
        if kind == .reply { return .reached(as: seen[number] ?? "?") }
        if kind == .error { told = .refused }
      }
      if let address = seen[number] { return .unanswered(as: address) }
      return told
    }
  }

  /// Throws away what came since the last time.
  private func drain() throws {
    for own in sockets {
      for (kind, sockets) in own {
        for socket in sockets {
          if kind == .tcp {
            while try socket.accept() != nil {}
          } else {
            while (try? socket.receive()) != nil {}
          }
        }
      }
    }
  }

  // MARK: Words

  private static func outcome(_ socket: HostSocket, seen: String?, _ number: Int) -> Outcome {
    do throws(SystemCallFailure) {
      if let answer = try socket.receive(), answer.text == token(number) {
        return .reached(as: seen ?? "?")
      }
    } catch { return seen.map { .unanswered(as: $0) } ?? .refused }
    return seen.map { .unanswered(as: $0) } ?? .silence
  }

  private static func token(_ number: Int) -> String { "probe \(number)." }
}
