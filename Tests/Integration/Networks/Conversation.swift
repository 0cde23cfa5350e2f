import TestSupport

/// Somebody who came through to somebody else: a connection of TCP, or datagrams to and fro.
struct Conversation {
  fileprivate let client: HostSocket
  fileprivate let server: HostSocket
  fileprivate let isTCP: Bool
  /// Whom the server sees.
  let address: String
  let port: UInt16

  /// Why there is none.
  enum Failure: Error, Equatable {
    /// The client was told that it may not, or that nobody is there.
    case refused
    /// The client heard nothing.
    case silence
  }

  /// Whether a line comes through either way.
  func goesOn() -> Bool {
    do {
      try client.send("there")
      guard try server.receive(within: .seconds(5))?.text == "there" else { return false }
      if isTCP {
        try server.send("back")
      } else {
        try server.send(Array("back".utf8), to: address, port)
      }
      return try client.receive(within: .seconds(5))?.text == "back"
    } catch { return false }
  }

  /// What becomes of a line of the client's.
  enum Fate: Equatable {
    /// It came through.
    case arrived
    /// It did not, and the client was told.
    case refused
    /// It did not.
    case lost
  }

  func fate() -> Fate {
    do {
      try client.send("there")
      guard try HostSocket.awaitAny(of: [client, server], within: .seconds(2)) else {
        return .lost
      }
      // What arrives anyway is there before the next is refused.
      if let came = try? server.receive(), !came.bytes.isEmpty { return .arrived }
      return try client.receive()?.bytes.isEmpty == true ? .refused : .lost
    } catch { return .refused }
  }
}

/// A socket that waits for whoever wants to talk.
struct Listener {
  private let testbed: Testbed
  private let socket: HostSocket
  private let isTCP: Bool

  /// At that address and port of `host`.
  init(
    _ testbed: Testbed, on host: String?, _ address: String, _ port: UInt16, isTCP: Bool = true
  ) throws {
    self.testbed = testbed
    self.isTCP = isTCP
    socket = try testbed.socket(isTCP ? .tcp : .udp, isIPv6: address.contains(":"), on: host)
    try socket.bind(address, port)
    if isTCP { try socket.listen() }
  }

  /// Has `client` talk to `address`, which is to lead here, from `own` if given.
  ///
  /// Throws ``Conversation/Failure`` if it does not come through; silence is what is heard for
  /// `patience`.
  func conversation(
    from client: String?, at address: String, _ port: UInt16, own: (String, UInt16)? = nil,
    patience: Duration = .seconds(5)
  ) throws -> Conversation {
    let asking = try testbed.socket(
      isTCP ? .tcp : .udp, isIPv6: address.contains(":"), on: client)
    if let own { try asking.bind(own.0, own.1) }
    do {
      try asking.connect(address, port)
      if isTCP {
        guard try asking.connects(within: patience),
          let (connection, from, port) = try socket.accept(within: patience)
        else { throw Conversation.Failure.silence }
        return Conversation(
          client: asking, server: connection, isTCP: true, address: from, port: port)
      }
      try asking.send("hello")
      guard try HostSocket.awaitAny(of: [asking, socket], within: patience) else {
        throw Conversation.Failure.silence
      }
      guard let came = try socket.receive() else {
        // Then it is an error that came to the client.
        _ = try asking.receive()
        throw Conversation.Failure.silence
      }
      return Conversation(
        client: asking, server: socket, isTCP: false, address: came.address, port: came.port)
    } catch is SystemCallFailure { throw Conversation.Failure.refused }
  }

  /// Whom the listener sees when `client` talks to `address`; `refused` or `silence` if it does not
  /// come through.
  func seen(
    from client: String?, at address: String, _ port: UInt16, own: (String, UInt16)? = nil,
    patience: Duration = .seconds(5)
  ) throws -> String {
    do {
      return try conversation(from: client, at: address, port, own: own, patience: patience)
        .address
    } catch let failure as Conversation.Failure { return "\(failure)" }
  }
}
