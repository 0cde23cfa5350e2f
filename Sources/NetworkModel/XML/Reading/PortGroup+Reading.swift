internal import LinuxTypes

extension PortGroup {
  init(_ element: XMLElement, source: String) throws(NetworkXMLError) {
    let reader = try ElementReader(
      element, source: source, attributes: ["name", "default", "trustGuestRxFilters"],
      children: ["vlan", "virtualport", "bandwidth"])
    guard let name = try reader.line("name") else { throw reader.error(.missing("attribute name")) }
    self.init(name: name)
    // 'no' is what goes without saying, and libvirt does not write it.
    isDefault = try reader.yesOrNo("default") == true ? true : nil
    trustsReceiveFilters = try reader.yesOrNo("trustGuestRxFilters")
    if let element = reader.child("vlan") { vlan = try VLAN(element, source: source) }
    if let element = reader.child("virtualport") {
      virtualPort = try VirtualPort.read(element, source: source, isOfNetwork: false)
    }
    if let element = reader.child("bandwidth") {
      bandwidth = try Bandwidth.read(element, source: source)
    }
    foreign = reader.foreign
  }
}

extension Bandwidth {
  /// Nil where neither direction is limited.
  static func read(_ element: XMLElement, source: String) throws(NetworkXMLError) -> Bandwidth? {
    let reader = try ElementReader(element, source: source, children: ["inbound", "outbound"])
    var bandwidth = Bandwidth()
    if let element = reader.child("inbound") {
      bandwidth.inbound = try Rate(element, source: source)
    }
    if let element = reader.child("outbound") {
      bandwidth.outbound = try Rate(element, source: source)
    }
    bandwidth.foreign = reader.foreign
    return bandwidth == Bandwidth() ? nil : bandwidth
  }
}

extension Bandwidth.Rate {
  fileprivate init(_ element: XMLElement, source: String) throws(NetworkXMLError) {
    // libvirt has `floor` too, for a guest's interface and not for a network.
    let reader = try ElementReader(
      element, source: source, attributes: ["average", "peak", "burst"])
    guard let average = try reader.number("average", 1...UInt32.max) else {
      throw reader.error(.missing("attribute average"))
    }
    self.init(
      average: average, peak: try reader.number("peak", 1...UInt32.max),
      burst: try reader.number("burst", 1...UInt32.max))
    foreign = reader.foreign
  }
}

extension VLAN {
  init(_ element: XMLElement, source: String) throws(NetworkXMLError) {
    let reader = try ElementReader(
      element, source: source, attributes: ["trunk"], repeated: ["tag"])
    var tags: [Tag] = []
    for element in reader.children {
      let tag = try ElementReader(element, source: source, attributes: ["id", "nativeMode"])
      guard let id = try tag.number("id", 0...4095) else {
        throw tag.error(.missing("attribute id"))
      }
      var read = Tag(id: UInt16(id), nativeMode: try tag.choice("nativeMode", Tag.NativeMode.self))
      if read.nativeMode != nil, tags.contains(where: { $0.nativeMode != nil }) {
        throw tag.error(.contradiction("a second native VLAN"))
      }
      read.foreign = tag.foreign
      tags.append(read)
    }
    guard !tags.isEmpty else { throw reader.error(.missing("element <tag>")) }
    let isTrunk = try reader.yesOrNo("trunk")
    guard isTrunk != false || tags.count == 1 else {
      throw reader.error(.contradiction("trunk='yes' is required for more than one tag"))
    }
    guard isTrunk != false || tags[0].nativeMode == nil else {
      throw reader.error(.contradiction("trunk='no' is not allowed with a native VLAN"))
    }
    self.init(isTrunk: isTrunk ?? (tags.count > 1), tags: tags)
    foreign = reader.foreign
  }
}

extension VirtualPort {
  /// Nil where nothing is said. That of the network needs a type.
  static func read(_ element: XMLElement, source: String, isOfNetwork: Bool)
    throws(NetworkXMLError) -> VirtualPort?
  {
    var reader = try ElementReader(
      element, source: source, attributes: ["type"], children: ["parameters"])
    let kind = try reader.choice("type", Kind.self)
    guard kind != nil || !isOfNetwork else { throw reader.error(.missing("attribute type")) }
    var port = VirtualPort(kind: kind, parameters: [])
    let allowed =
      switch kind {
      case .ieee8021Qbg: ["managerid", "typeid", "typeidversion", "instanceid"]
      case .ieee8021Qbh: ["profileid"]
      case .openvswitch: ["interfaceid", "profileid"]
      case .midonet: ["interfaceid"]
      case nil:
        ["managerid", "typeid", "typeidversion", "instanceid", "interfaceid", "profileid"]
      }
    if let parameters = try reader.child("parameters", attributes: allowed) {
      for name in allowed {
        if let value = try parameters.virtualPortParameter(name) {
          port.parameters.append(Parameter(name: name, value: value))
        }
      }
    }
    port.foreign = reader.foreign
    return port == VirtualPort(kind: nil, parameters: []) ? nil : port
  }
}

extension ElementReader {
  /// The value of a parameter of a virtual port, as libvirt writes it.
  fileprivate func virtualPortParameter(_ name: String) throws(NetworkXMLError) -> String? {
    switch name {
    case "managerid", "typeidversion": try cNumber(name, maximum: 0xFF).map { String($0) }
    case "typeid": try cNumber(name, maximum: 0xFF_FFFF).map { String($0) }
    case "instanceid", "interfaceid": try value(name, "a UUID") { UUID($0)?.description }
    default:
      // LIBVIRT_IFLA_VF_PORT_PROFILE_MAX, 40 with a NUL behind.
      try value(name, "1 to 39 bytes without control characters") { text in
        guard (1...39).contains(text.utf8.count) else { return nil }
        return text.utf8.contains { $0 < 0x20 || $0 == 0x7F } ? nil : text
      }
    }
  }
}
