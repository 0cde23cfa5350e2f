internal import LinuxTypes

extension Network {
  /// The largest definition that is read, in bytes.
  public static let maximumXMLSize = XMLDocument.maximumSize

  /// Reads a definition in libvirt's network XML.
  ///
  /// `bytes` is the file, UTF-8, and `source` what errors call it. Elements and attributes of
  /// foreign namespaces are kept; what else is not known is refused, never left out. Throws where
  /// and why.
  public init(xml bytes: [UInt8], source: String) throws(NetworkXMLError) {
    let root = try XMLDocument.parse(bytes, source: source)
    guard root.name.local == "network", root.name.namespace == nil else {
      throw NetworkXMLError(source: source, line: root.line, element: "", problem: .notANetwork)
    }
    // `connections` is what virsh net-dumpxml says of a running network: a fact, not a wish.
    var reader = try ElementReader(
      root, source: source, attributes: ["connections", "ipv6", "trustGuestRxFilters"],
      children: [
        "name", "uuid", "title", "description", "metadata", "forward", "bridge", "mtu", "mac",
        "domain", "dns", "vlan", "bandwidth", "port", "virtualport", "tapster:incoming",
        "tapster:outgoing", "dnsmasq:options",
      ], repeated: ["ip", "route", "portgroup"])
    guard let text = try reader.text(of: "name") else {
      throw reader.error(.missing("element <name>"))
    }
    guard let name = NetworkName(text) else {
      throw reader.error(
        .badValue(text, of: "name", allowed: "1 to 200 bytes without '/' and control characters"))
    }
    self.init(name: name)
    // 'no' is what goes without saying, and libvirt does not write it.
    allowsIPv6 = try reader.yesOrNo("ipv6") == true ? true : nil
    trustsReceiveFilters = try reader.yesOrNo("trustGuestRxFilters")
    if let text = try reader.text(of: "uuid") {
      guard let uuid = UUID(ElementReader.trimmed(text)) else {
        throw reader.error(.badValue(text, of: "uuid", allowed: "32 hexadecimal digits"))
      }
      self.uuid = uuid
    }
    try readDescription(&reader)
    forward = try reader.child("forward").flatMap { element throws(NetworkXMLError) in
      try Forward.read(element, source: source)
    }
    try readBridge(&reader)
    if let element = reader.child("domain") { domain = try Domain(element, source: source) }
    if let element = reader.child("dns") {
      let read = try DNS(element, source: source)
      dns = read == DNS() ? nil : read
    }
    if let element = reader.child("vlan") { vlan = try VLAN(element, source: source) }
    if let element = reader.child("bandwidth") {
      bandwidth = try Bandwidth.read(element, source: source)
    }
    if let port = try reader.child("port", attributes: ["isolated"]) {
      isolatesPorts = try port.yesOrNo("isolated")
    }
    for element in reader.children("ip") {
      if element.attributes.contains(where: { $0.name.namespace == XMLNamespace.tapster }) {
        automaticBlocks.append(try AutomaticBlock(element, source: source))
      } else {
        blocks.append(try AddressBlock(element, source: source))
      }
    }
    for element in reader.children("route") {
      routes.append(try StaticRoute(element, source: source))
    }
    if let element = reader.child("virtualport") {
      virtualPort = try VirtualPort.read(element, source: source, isOfNetwork: true)
    }
    for element in reader.children("portgroup") {
      portGroups.append(try PortGroup(element, source: source))
    }
    try readOptions(&reader)
    if let element = reader.child("tapster:incoming") {
      incoming = try IncomingPolicy(element, source: source)
    }
    if let element = reader.child("tapster:outgoing") {
      outgoing = try OutgoingPolicy(element, source: source)
    }
    foreign = reader.foreign
    try checkConsistency(reader)
  }

  private mutating func readDescription(_ reader: inout ElementReader) throws(NetworkXMLError) {
    title = try reader.text(of: "title")
    if let title, title.utf8.contains(UInt8(ascii: "\n")) {
      throw reader.error(.badValue(title, of: "title", allowed: "a single line"))
    }
    if title == "" { title = nil }
    description = try reader.text(of: "description")
    if description == "" { description = nil }
    guard let element = reader.child("metadata") else { return }
    let metadata = try ElementReader(element, source: source(of: reader))
    guard metadata.foreign.attributes.isEmpty else {
      throw metadata.error(
        .unexpectedAttribute(metadata.foreign.attributes[0].name.text, allowed: []))
    }
    for element in metadata.foreign.elements {
      guard !self.metadata.contains(where: { $0.namespace == element.namespace }) else {
        throw metadata.error(
          .contradiction(
            "two elements of the namespace '\(element.namespace)', of which one is allowed"))
      }
      self.metadata.append(element)
    }
  }

  private func source(of reader: ElementReader) -> String { reader.source }

  private mutating func readBridge(_ reader: inout ElementReader) throws(NetworkXMLError) {
    if let element = reader.child("bridge") {
      bridge = try Bridge.read(element, source: reader.source, mode: forward?.mode)
    } else if makesBridge {
      bridge = Bridge()
    }
    if let mtu = try reader.child("mtu", attributes: ["size"]) {
      self.mtu = try mtu.number("size", 68...65535)
      guard self.mtu != nil else { throw mtu.error(.missing("attribute size")) }
      guard makesBridge else {
        throw reader.error(
          .contradiction("<mtu> is for networks with a bridge of their own, \(ownBridgeModes)"),
          line: mtu.element.line)
      }
    }
    if let mac = try reader.child("mac", attributes: ["address"]) {
      self.mac = try mac.required("address", "an Ethernet address of one station") {
        MACAddress($0).flatMap { $0.isMulticast ? nil : $0 }
      }
      guard makesBridge else {
        throw reader.error(
          .contradiction("<mac> is for networks with a bridge of their own, \(ownBridgeModes)"),
          line: mac.element.line)
      }
    }
  }

  private mutating func readOptions(_ reader: inout ElementReader) throws(NetworkXMLError) {
    guard let element = reader.child("dnsmasq:options") else { return }
    let options = try ElementReader(
      element, source: reader.source, repeated: ["dnsmasq:option"])
    reader.keep(options.foreign, of: "dnsmasq:options")
    for element in options.children {
      let option = try ElementReader(element, source: reader.source, attributes: ["value"])
      guard let line = try option.line("value") else {
        throw option.error(.missing("attribute value"))
      }
      guard option.foreign.isEmpty else {
        throw option.error(.contradiction("only the attribute value is allowed here"))
      }
      dnsmasqOptions.append(line)
    }
  }
}

/// The modes, in words, of networks that have a bridge of their own.
let ownBridgeModes = "mode nat, route, open or isolated"
