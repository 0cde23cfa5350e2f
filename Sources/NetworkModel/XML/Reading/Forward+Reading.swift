extension Forward {
  /// Nil for `mode='none'`, which is the same as no element.
  static func read(_ element: XMLElement, source: String) throws(NetworkXMLError) -> Forward? {
    var reader = try ElementReader(
      element, source: source, attributes: ["mode", "dev", "managed"],
      children: ["nat", "pf", "driver"], repeated: ["interface", "address"])
    if element["mode"] == "none" {
      guard element.attributes.count == 1, reader.children.isEmpty, reader.foreign.isEmpty else {
        throw reader.error(.contradiction("mode 'none' has nothing else"))
      }
      return nil
    }
    var forward = Forward(mode: try reader.choice("mode", Mode.self) ?? .nat)
    let isManaged = try reader.yesOrNo("managed")
    if forward.mode == .hostdev {
      forward.isManaged = isManaged ?? false
    } else if isManaged == true {
      throw reader.error(.contradiction("managed='yes' is for mode 'hostdev'"))
    }
    if let driver = try reader.child("driver", attributes: ["name", "model"]) {
      forward.driver = try driver.choice("name", Driver.self)
      forward.driverModel = try driver.line("model")
    }
    try forward.readNAT(&reader)
    try forward.readDevices(&reader)
    forward.foreign = reader.foreign
    return forward
  }

  private mutating func readNAT(_ reader: inout ElementReader) throws(NetworkXMLError) {
    guard
      var nat = try reader.child("nat", attributes: ["ipv6"], children: ["address", "port"])
    else { return }
    guard mode == .nat else {
      throw reader.error(
        .contradiction("<nat> is for mode 'nat', not for '\(mode.rawValue)'"),
        line: nat.element.line)
    }
    masqueradesIPv6 = try nat.yesOrNo("ipv6")
    if let range = try nat.child("address", attributes: ["start", "end"]) {
      let first = try range.required("start", "an IPv4 address") { IPv4Address($0) }
      let last = try range.required("end", "an IPv4 address") { IPv4Address($0) }
      guard let addresses = IPv4Range(first, through: last) else {
        throw range.error(.badValue("\(last)", of: "attribute end", allowed: "\(first) or above"))
      }
      self.addresses = addresses
    }
    if let range = try nat.child("port", attributes: ["start", "end"]) {
      guard let first = try range.number("start", 1...65535) else {
        throw range.error(.missing("attribute start"))
      }
      guard let last = try range.number("end", 1...65535) else {
        throw range.error(.missing("attribute end"))
      }
      guard let ports = PortRange(UInt16(first), through: UInt16(last)) else {
        throw range.error(.badValue("\(last)", of: "attribute end", allowed: "\(first) or above"))
      }
      self.ports = ports
    }
    reader.keep(nat.foreign, of: "nat")
  }

  private mutating func readDevices(_ reader: inout ElementReader) throws(NetworkXMLError) {
    let allowed = "the name of an interface"
    let first = try reader.value("dev", allowed) { BridgeName($0) }
    if let first { devices.append(.interface(first)) }
    let interfaces = reader.children("interface")
    for (position, element) in interfaces.enumerated() {
      let interface = try ElementReader(
        element, source: reader.source, attributes: ["dev", "connections"])
      let name = try interface.required("dev", allowed) { BridgeName($0) }
      reader.keep(interface.foreign, of: Self.foreignKey(.interface(name)))
      if position == 0, let first {
        guard name == first else {
          throw interface.error(
            .badValue(
              name.text, of: "attribute dev",
              allowed: "'\(first)', the dev of <forward>, as it has to be in the first one"))
        }
        continue
      }
      guard !devices.contains(.interface(name)) else {
        throw interface.error(.contradiction("interface '\(name)' can only be listed once"))
      }
      devices.append(.interface(name))
    }
    for element in reader.children("address") {
      let address = try ElementReader(
        element, source: reader.source,
        attributes: ["type", "domain", "bus", "slot", "function", "multifunction", "connections"])
      _ = try address.required("type", "pci") { $0 == "pci" ? true : nil }
      let device = PCIAddress(
        domain: try address.cNumber("domain", maximum: .max) ?? 0,
        bus: UInt8(try address.cNumber("bus", maximum: 0xFF) ?? 0),
        slot: UInt8(try address.cNumber("slot", maximum: 0x1F) ?? 0),
        function: UInt8(try address.cNumber("function", maximum: 7) ?? 0))
      guard device.domain > 0 || device.bus > 0 || device.slot > 0 else {
        throw address.error(.contradiction("one of domain, bus and slot has to be above 0"))
      }
      guard !devices.contains(.pci(device)) else {
        throw address.error(.contradiction("PCI device '\(device)' can only be listed once"))
      }
      reader.keep(address.foreign, of: Self.foreignKey(.pci(device)))
      devices.append(.pci(device))
    }
    if let function = try reader.child("pf", attributes: ["dev"]) {
      physicalFunction = try function.required("dev", allowed) { BridgeName($0) }
    }
    try checkDevices(reader)
  }

  private func checkDevices(_ reader: ElementReader) throws(NetworkXMLError) {
    let kinds = [
      !interfaces.isEmpty, interfaces.count < devices.count, physicalFunction != nil,
    ]
    guard kinds.count(where: { $0 }) <= 1 else {
      throw reader.error(
        .contradiction(
          "<interface>, which dev stands for too, <address> and <pf> exclude one another"))
    }
    if mode == .open, !devices.isEmpty {
      throw reader.error(
        .contradiction("dev is not allowed in mode 'open', which makes no rules that restrict it"))
    }
    if mode == .hostdev, !interfaces.isEmpty {
      throw reader.error(
        .contradiction("mode 'hostdev' lists devices by <address>, not by an interface's name"))
    }
    if mode.makesBridge, kinds[1] || kinds[2] {
      throw reader.error(
        .contradiction("<address> and <pf> are not for mode '\(mode.rawValue)'"))
    }
  }

  /// Under what key the foreign content of a device is kept.
  static func foreignKey(_ device: Device) -> String {
    switch device {
    case .interface(let name): "interface \(name)"
    case .pci(let address): "address \(address)"
    }
  }
}
