internal import LinuxTypes
internal import NetworkModel

/// A port forward as the command line says it: `[tcp|udp] [ADDRESS:]PORT[-PORT] [GUEST[:PORT]]`.
struct ForwardWords: Equatable {
  let transport: TransportProtocol
  let hostAddress: IPAddress?
  let ports: PortRange
  let guest: PortForward.Guest?
  let guestPort: UInt16?

  /// Takes the words, or throws which of them is none of that.
  static func parse(_ words: [String]) throws(Failure) -> ForwardWords {
    var words = words[...]
    var transport = TransportProtocol.tcp
    if let first = words.first, let named = TransportProtocol(rawValue: first) {
      transport = named
      words.removeFirst()
    }
    guard let listening = words.popFirst() else {
      throw Failure(["the port is missing"], advice: "for example: 2222, or 192.0.2.1:8000-8010")
    }
    let (hostText, portText) = split(listening)
    guard let ports = ports(portText) else {
      throw Failure(["'\(portText)' is not a port from 1 to 65535, or a range of them"])
    }
    let hostAddress = try hostText.map { text throws(Failure) in
      guard let address = IPAddress(text) else {
        throw Failure(["'\(text)' is not an address of the host"])
      }
      return address
    }
    let target = try words.popFirst().map { text throws(Failure) in try self.target(text) }
    if let word = words.first { throw Failure(["unexpected data '\(word)'"]) }
    return ForwardWords(
      transport: transport, hostAddress: hostAddress, ports: ports, guest: target?.guest,
      guestPort: target?.port)
  }

  /// The forward that is to be added: one that says to whom.
  func forward() throws(Failure) -> PortForward {
    guard let guest else {
      throw Failure(
        ["the guest is missing"],
        advice: "an IP address, or a DHCP host's name or MAC address; with a port: build:22")
    }
    return PortForward(
      transport: transport, ports: ports, hostAddress: hostAddress, guest: guest,
      guestPort: guestPort)
  }

  /// Whether `forward` is the one that is meant.
  func isOf(_ forward: PortForward) -> Bool {
    transport == forward.transport && ports == forward.ports
      && hostAddress == forward.hostAddress && (guest == nil || guest == forward.guest)
      && (guestPort == nil || guestPort == forward.guestPorts.first)
  }

  /// `tcp 192.0.2.1:8000-8010`
  var listening: String { Self.listening(transport, hostAddress, ports) }

  static func listening(
    _ transport: TransportProtocol, _ address: IPAddress?, _ ports: PortRange
  ) -> String {
    let host = address.map { $0.family == .ipv6 ? "[\($0)]:" : "\($0):" } ?? ""
    return "\(transport.rawValue) \(host)\(ports.short)"
  }

  /// The part before the last colon and that behind it; brackets around the former are dropped.
  private static func split(_ text: String) -> (host: String?, port: String) {
    guard let colon = text.lastIndex(of: ":") else { return (nil, text) }
    var host = String(text[..<colon])
    if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
    return (host, String(text[text.index(after: colon)...]))
  }

  private static func ports(_ text: String) -> PortRange? {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false)
    guard (1...2).contains(ends.count), let first = port(ends[0]),
      let last = port(ends[ends.count - 1])
    else { return nil }
    return PortRange(first, through: last)
  }

  private static func port(_ text: Substring) -> UInt16? {
    DecimalNumber.parse(text.utf8, maximum: 65535).flatMap { $0 == 0 ? nil : UInt16($0) }
  }

  private static func target(_ text: String) throws(Failure) -> (
    guest: PortForward.Guest, port: UInt16?
  ) {
    let bare =
      text.hasPrefix("[") && text.hasSuffix("]") ? String(text.dropFirst().dropLast()) : text
    if let guest = PortForward.Guest(bare) { return (guest, nil) }
    let (host, portText) = split(text)
    guard let host, let guest = PortForward.Guest(host) else {
      throw Failure(
        ["'\(text)' is not a guest"],
        advice: "an IP address, or a DHCP host's name or MAC address; with a port: build:22")
    }
    guard let port = port(portText[...]) else {
      throw Failure(["'\(portText)' is not a port from 1 to 65535"])
    }
    return (guest, port)
  }
}

extension PortRange {
  /// `2222`, `8000-8010`
  var short: String { first == last ? "\(first)" : description }
}

extension PortForward {
  /// The guest's ports.
  var guestPorts: PortRange {
    let first = guestPort ?? ports.first
    let last = UInt16(clamping: Int(first) + Int(ports.last - ports.first))
    return PortRange(first, through: last) ?? ports
  }

  /// `tcp 2222`
  var listening: String { ForwardWords.listening(transport, hostAddress, ports) }

  /// `build:22`
  var target: String {
    if case .address(.v6(let address)) = guest { return "[\(address)]:\(guestPorts.short)" }
    return "\(guest):\(guestPorts.short)"
  }
}
