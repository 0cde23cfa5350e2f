internal import LinuxTypes

extension AddressBlock {
  init(_ element: XMLElement, source: String) throws(NetworkXMLError) {
    var reader = try ElementReader(
      element, source: source,
      attributes: ["family", "address", "netmask", "prefix", "localPtr"],
      children: ["tftp", "dhcp"])
    let (address, size, namesFamily) = try reader.block(shortest: 1)
    self.init(address: address, size: size, namesFamily: namesFamily)
    localPtr = try reader.yesOrNo("localPtr")
    if let tftp = try reader.child("tftp", attributes: ["root"]) {
      guard family == .ipv4 else {
        throw reader.error(
          .contradiction("<tftp> is for IPv4 addresses"), line: tftp.element.line)
      }
      guard let root = try tftp.line("root") else { throw tftp.error(.missing("attribute root")) }
      tftpRoot = root
    }
    if let element = reader.child("dhcp") {
      let read = try DHCP(element, of: self, source: source)
      dhcp = read == DHCP() ? nil : read
    }
    foreign = reader.foreign
  }
}

extension AutomaticBlock {
  init(_ element: XMLElement, source: String) throws(NetworkXMLError) {
    var reader = try ElementReader(
      element, source: source, attributes: ["tapster:auto"], children: ["dhcp"])
    // Whoever wrote 'no' meant an address to be there.
    for attribute in element.attributes
    where attribute.name.namespace == XMLNamespace.tapster && attribute.value != "yes" {
      throw reader.error(
        .badValue(attribute.value, of: "attribute tapster:auto", allowed: "yes"))
    }
    let dhcp = try reader.child("dhcp", attributes: [])
    self.init(givesOutAddresses: dhcp != nil)
    foreign = reader.foreign
  }
}

extension StaticRoute {
  init(_ element: XMLElement, source: String) throws(NetworkXMLError) {
    let reader = try ElementReader(
      element, source: source,
      attributes: ["family", "address", "netmask", "prefix", "gateway", "metric"])
    let (address, size, namesFamily) = try reader.block(shortest: 0)
    let gateway = try reader.required("gateway", "an \(address.family.name) address") { text in
      IPAddress(text).flatMap { $0.family == address.family ? $0 : nil }
    }
    self.init(
      address: address, size: size, namesFamily: namesFamily, gateway: gateway,
      metric: try reader.number("metric", 1...UInt32.max))
    // Without a size, libvirt takes it for a whole, and so only 0.0.0.0 and :: can go without.
    guard let network, network.base == address,
      size != nil || address.bytes.allSatisfy({ $0 == 0 })
    else {
      throw reader.error(
        .badValue(
          "\(address)", of: "attribute address", allowed: "the first address of a block"))
    }
    foreign = reader.foreign
  }
}

extension ElementReader {
  /// The attributes `family`, `address`, `netmask` and `prefix`, which is not below `shortest`; and
  /// whether the family is named though it need not be.
  fileprivate func block(shortest: UInt32) throws(NetworkXMLError) -> (
    IPAddress, AddressBlock.Size?, namesFamily: Bool
  ) {
    // IPv6 has to say so, as libvirt wants it.
    let family = try value("family", "ipv4 or ipv6") { IPAddress.Family(rawValue: $0) }
    if family == .ipv6 {
      let address = try required("address", "an IPv6 address") { IPv6Address($0) }
      guard element["netmask"] == nil else {
        throw error(
          .contradiction("an IPv6 address has a prefix and not a netmask"))
      }
      let length = try number("prefix", shortest...128)
      return (.v6(address), length.map { .prefix(Int($0)) }, true)
    }
    let address = try required("address", "an IPv4 address; one of IPv6 needs family='ipv6'") {
      IPv4Address($0)
    }
    let netmask = try value("netmask", "a netmask, with all its ones in front") {
      IPv4Address($0).flatMap { IPv4Network.prefixLength(ofNetmask: $0) == nil ? nil : $0 }
    }
    let length = try number("prefix", shortest...32)
    guard netmask == nil || length == nil else {
      throw error(.contradiction("netmask and prefix say the same, and one of them is allowed"))
    }
    let size: AddressBlock.Size? =
      if let netmask { .netmask(netmask) } else if let length { .prefix(Int(length)) } else { nil }
    return (.v4(address), size, family != nil)
  }
}

extension IPAddress.Family {
  /// `IPv4`, `IPv6`
  var name: String { self == .ipv4 ? "IPv4" : "IPv6" }
}
