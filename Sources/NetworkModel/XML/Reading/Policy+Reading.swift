internal import LinuxTypes

extension IncomingPolicy {
  init(_ element: XMLElement, source: String) throws(NetworkXMLError) {
    let reader = try ElementReader(
      element, source: source, attributes: ["default"], repeated: ["tapster:allow"])
    try reader.refuseForeignContent()
    guard let verdict = try reader.choice("default", PolicyVerdict.self) else {
      throw reader.error(.missing("attribute default"))
    }
    self.init(defaultVerdict: verdict)
    for element in reader.children { forwards.append(try PortForward(element, source: source)) }
  }
}

extension PortForward {
  init(_ element: XMLElement, source: String) throws(NetworkXMLError) {
    let reader = try ElementReader(
      element, source: source, attributes: ["proto", "port", "address", "to", "toport"])
    try reader.refuseForeignContent()
    guard let transport = try reader.choice("proto", TransportProtocol.self) else {
      throw reader.error(.missing("attribute proto"))
    }
    guard let ports = try reader.ports("port") else {
      throw reader.error(.missing("attribute port"))
    }
    self.init(
      transport: transport, ports: ports,
      hostAddress: try reader.value("address", "an IP address") { IPAddress($0) },
      guest: try reader.required(
        "to", "an IP address, a MAC address, or the name of a DHCP host"
      ) { Guest($0) },
      guestPort: try reader.number("toport", 1...65535).map { UInt16($0) })
    if let guestPort, Int(guestPort) + ports.count - 1 > 65535 {
      throw reader.error(
        .badValue(
          "\(guestPort)", of: "attribute toport",
          allowed: "\(65536 - ports.count) or less, as \(ports.count) ports need"))
    }
    if let hostAddress, case .address(let guest) = guest, guest.family != hostAddress.family {
      throw reader.error(.contradiction("address and to are of different versions of IP"))
    }
  }
}

extension PortForward.Guest {
  /// Takes an IP address, a MAC address or a name; nil for anything else.
  public init?(_ text: String) {
    if let address = IPAddress(text) {
      self = .address(address)
    } else if text.utf8.contains(UInt8(ascii: ":")) {
      guard let mac = MACAddress(text), !mac.isMulticast else { return nil }
      self = .mac(mac)
    } else if let name = HostName(text) {
      self = .name(name)
    } else {
      return nil
    }
  }
}

extension OutgoingPolicy {
  init(_ element: XMLElement, source: String) throws(NetworkXMLError) {
    let reader = try ElementReader(
      element, source: source, attributes: ["default"],
      repeated: ["tapster:allow", "tapster:deny"])
    try reader.refuseForeignContent()
    guard let verdict = try reader.choice("default", PolicyVerdict.self) else {
      throw reader.error(.missing("attribute default"))
    }
    self.init(defaultVerdict: verdict)
    for element in reader.children { rules.append(try Rule(element, source: source)) }
  }
}

extension OutgoingPolicy.Rule {
  fileprivate init(_ element: XMLElement, source: String) throws(NetworkXMLError) {
    let reader = try ElementReader(element, source: source, attributes: ["proto", "port", "to"])
    try reader.refuseForeignContent()
    self.init(
      verdict: element.name.local == "allow" ? .allow : .deny,
      transport: try reader.choice("proto", TransportProtocol.self),
      ports: try reader.ports("port"),
      destination: try reader.value("to", "an IP address or a block ADDRESS/LENGTH") {
        IPNetwork($0)
      })
    guard ports == nil || transport != nil else {
      throw reader.error(.contradiction("attribute port without proto"))
    }
  }
}

extension ElementReader {
  /// In what is ours there is nothing that we do not know.
  fileprivate func refuseForeignContent() throws(NetworkXMLError) {
    if let attribute = foreign.attributes.first {
      throw error(.unexpectedAttribute(attribute.name.text, allowed: []))
    }
    if let element = foreign.elements.first {
      throw error(.unexpectedElement(element.element.name.text, allowed: []))
    }
  }

  /// An attribute that is a port or `FIRST-LAST`.
  fileprivate func ports(_ name: String) throws(NetworkXMLError) -> PortRange? {
    try value(name, "a port from 1 to 65535, or FIRST-LAST") { PortRange($0) }
  }
}
