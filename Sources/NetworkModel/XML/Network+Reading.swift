internal import LinuxTypes

extension Network {
  /// Reads a definition in libvirt's network XML.
  ///
  /// `bytes` is the file, UTF-8, and `source` what errors call it. What is not known or not
  /// supported is refused, never left out. Throws where and why.
  public init(xml bytes: [UInt8], source: String) throws(NetworkXMLError) {
    let root = try XMLDocument.parse(bytes, source: source)
    guard root.name == "network", root.namespace == nil else {
      throw NetworkXMLError(source: source, line: root.line, element: "", problem: .notANetwork)
    }
    // `connections` is what virsh net-dumpxml says of a running network: a fact, not a wish.
    let reader = try ElementReader(
      root, source: source, attributes: ["connections", "ipv6"],
      children: ["name", "uuid", "forward", "bridge", "mtu", "mac", "domain"], repeated: ["ip"])
    // Without IPv6 addresses there is no IPv6 between guests either, unless a definition asks for
    // it, and that is not supported.
    _ = try reader.value("ipv6", "no: 'yes' is not supported yet") { $0 == "no" ? false : nil }
    guard let text = reader.text(of: "name") else { throw reader.error(.missing("element <name>")) }
    guard let name = NetworkName(text) else {
      throw reader.error(
        .badValue(text, of: "name", allowed: "1 to 200 bytes without '/' and control characters"))
    }
    self.init(name: name)
    if let text = reader.text(of: "uuid") {
      guard let uuid = UUID(text) else {
        throw reader.error(.badValue(text, of: "uuid", allowed: "32 hexadecimal digits"))
      }
      self.uuid = uuid
    }
    forward = try reader.child("forward").map { element throws(NetworkXMLError) in
      try Forward(element, source: source)
    }
    if let element = reader.child("bridge") { bridge = try Bridge(element, source: source) }
    if let element = reader.child("mtu") {
      let reader = try ElementReader(element, source: source, attributes: ["size"])
      mtu = try reader.required("size", "a number from 68 to 65535") {
        DecimalNumber.parse($0.utf8, maximum: 65535).flatMap { $0 >= 68 ? $0 : nil }
      }
    }
    if let element = reader.child("mac") {
      let reader = try ElementReader(element, source: source, attributes: ["address"])
      mac = try reader.required("address", "an Ethernet address of one station") {
        MACAddress($0).flatMap { $0.isMulticast ? nil : $0 }
      }
    }
    if let element = reader.child("domain") { domain = try Domain(element, source: source) }
    for element in reader.children("ip") {
      blocks.append(try AddressBlock(element, source: source))
    }
  }
}

extension Forward {
  fileprivate init(_ element: XMLElement, source: String) throws(NetworkXMLError) {
    let reader = try ElementReader(
      element, source: source, attributes: ["mode", "dev"], children: ["nat", "interface"])
    let modes = Mode.allCases.filter(\.makesBridge).map(\.rawValue).joined(separator: ", ")
    self.init(
      mode: try reader.value("mode", "one of \(modes)") {
        Mode(rawValue: $0).flatMap { $0.makesBridge ? $0 : nil }
      } ?? .nat)
    var device = try reader.value("dev", "the name of an interface") { BridgeName($0) }
    if let element = reader.child("interface") {
      let interface = try ElementReader(
        element, source: source, attributes: ["dev", "connections"])
      let named = try interface.required("dev", "the name of an interface") { BridgeName($0) }
      guard device == nil || device == named else {
        throw interface.error(
          .badValue(named.text, of: "attribute dev", allowed: "the dev of <forward>"))
      }
      device = named
    }
    devices = device.map { [.interface($0)] } ?? []
    guard mode != .open || device == nil else {
      throw reader.error(
        .badValue(device?.text ?? "", of: "dev", allowed: "possible with mode 'open'"))
    }
    guard let element = reader.child("nat") else { return }
    guard mode == .nat else {
      throw reader.error(.unexpectedElement("nat", allowed: ["interface"]), line: element.line)
    }
    let nat = try ElementReader(element, source: source, children: ["address", "port"])
    if let element = nat.child("address") {
      let reader = try ElementReader(element, source: source, attributes: ["start", "end"])
      addresses = try reader.ipv4Range()
    }
    if let element = nat.child("port") {
      let reader = try ElementReader(element, source: source, attributes: ["start", "end"])
      let port = { (text: String) in
        DecimalNumber.parse(text.utf8, maximum: 65535).map { UInt16($0) }
      }
      let first = try reader.required("start", "a port", port)
      let last = try reader.required("end", "a port", port)
      guard let range = PortRange(first, through: last) else {
        throw reader.error(
          .badValue("\(first)-\(last)", of: "the range", allowed: "one of ports from 1 up"))
      }
      ports = range
    }
  }
}

extension Bridge {
  fileprivate init(_ element: XMLElement, source: String) throws(NetworkXMLError) {
    let reader = try ElementReader(
      element, source: source, attributes: ["name", "stp", "delay"])
    self.init()
    name = try reader.value(
      "name", "an interface name of 1 to 15 printable characters without / : % \" \\ * , #"
    ) { BridgeName($0).map { .name($0) } }
    stp = try reader.value("stp", "on or off") { ["on": true, "off": false][$0] } ?? true
    // 30 seconds is the most that the kernel takes (BR_MAX_FORWARD_DELAY).
    delay =
      try reader.value("delay", "a number of seconds from 0 to 30") {
        DecimalNumber.parse($0.utf8, maximum: 30)
      } ?? 0
  }
}

extension Domain {
  fileprivate init(_ element: XMLElement, source: String) throws(NetworkXMLError) {
    let reader = try ElementReader(element, source: source, attributes: ["name", "localOnly"])
    self.init(
      name: try reader.required("name", "a name of letters, digits, '-', '_' and '.'") {
        HostName($0)
      },
      localOnly: try reader.value("localOnly", "yes or no") { ["yes": true, "no": false][$0] })
  }
}

extension AddressBlock {
  fileprivate init(_ element: XMLElement, source: String) throws(NetworkXMLError) {
    let reader = try ElementReader(
      element, source: source, attributes: ["family", "address", "netmask", "prefix"],
      children: ["dhcp"])
    let family = try reader.value("family", "ipv4 or ipv6") {
      ["ipv4", "ipv6"].contains($0) ? $0 : nil
    }
    if family == "ipv6" {
      let address = try reader.required("address", "an IPv6 address") { IPv6Address($0) }
      guard element["netmask"] == nil else {
        throw reader.error(
          .unexpectedAttribute("netmask", allowed: ["family", "address", "prefix"]))
      }
      let length = try reader.value("prefix", "a number from 0 to 128") {
        DecimalNumber.parse($0.utf8, maximum: 128).map { Int($0) }
      }
      if let dhcp = reader.child("dhcp") {
        throw reader.error(.unexpectedElement("dhcp", allowed: []), line: dhcp.line)
      }
      self.init(address: .v6(address), size: length.map { .prefix($0) }, namesFamily: true)
      return
    }

    let address = try reader.required("address", "an IPv4 address") { IPv4Address($0) }
    let netmask = try reader.value("netmask", "a netmask, with all its ones in front") {
      IPv4Address($0).flatMap { IPv4Network.prefixLength(ofNetmask: $0) == nil ? nil : $0 }
    }
    let length = try reader.value("prefix", "a number from 0 to 32") {
      DecimalNumber.parse($0.utf8, maximum: 32).map { Int($0) }
    }
    guard netmask == nil || length == nil else {
      throw reader.error(.unexpectedAttribute("prefix", allowed: ["family", "address", "netmask"]))
    }
    let size: Size? =
      if let netmask { .netmask(netmask) } else if let length { .prefix(length) } else { nil }
    self.init(address: .v4(address), size: size, namesFamily: family != nil)
    if let element = reader.child("dhcp"), let network = network?.ipv4 {
      dhcp = try DHCP(element, in: network, source: source)
    }
  }
}

extension DHCP {
  fileprivate init(_ element: XMLElement, in network: IPv4Network, source: String)
    throws(NetworkXMLError)
  {
    let reader = try ElementReader(element, source: source, repeated: ["range", "host"])
    self.init()
    for element in reader.children("range") {
      let reader = try ElementReader(
        element, source: source, attributes: ["start", "end"], children: ["lease"])
      let range = try reader.ipv4Range()
      guard network.contains(range.first), network.contains(range.last) else {
        throw reader.error(
          .badValue("\(range.first)-\(range.last)", of: "range", allowed: "inside \(network)"))
      }
      guard let addresses = IPRange(.v4(range.first), through: .v4(range.last)) else { continue }
      ranges.append(Range(addresses: addresses, lease: try reader.lease()))
    }
    for element in reader.children("host") {
      let reader = try ElementReader(
        element, source: source, attributes: ["mac", "name", "ip"], children: ["lease"])
      let host = Host(
        mac: try reader.value("mac", "an Ethernet address of one station") {
          MACAddress($0).flatMap { $0.isMulticast ? nil : $0 }
        },
        name: try reader.value("name", "a name of letters, digits, '-', '_' and '.'") {
          HostName($0)
        },
        address: try reader.value("ip", "an IPv4 address inside \(network)") {
          IPv4Address($0).flatMap { network.contains($0) ? .v4($0) : nil }
        },
        lease: try reader.lease())
      guard host.mac != nil || host.name != nil else {
        throw reader.error(.missing("attribute mac or name"))
      }
      guard host.address != nil || (host.mac != nil && host.name != nil) else {
        throw reader.error(.missing("attribute ip"))
      }
      hosts.append(host)
    }
  }
}

extension ElementReader {
  /// The attributes `start` and `end`.
  fileprivate func ipv4Range() throws(NetworkXMLError) -> IPv4Range {
    let first = try required("start", "an IPv4 address") { IPv4Address($0) }
    let last = try required("end", "an IPv4 address") { IPv4Address($0) }
    guard let range = IPv4Range(first, through: last) else {
      throw error(.badValue("\(last)", of: "attribute end", allowed: "\(first) or above"))
    }
    return range
  }

  /// The child `lease`, if there is one.
  fileprivate func lease() throws(NetworkXMLError) -> DHCP.Lease? {
    guard let element = child("lease") else { return nil }
    let reader = try ElementReader(element, source: source, attributes: ["expiry", "unit"])
    let units = DHCP.Lease.Unit.allCases.map(\.rawValue).joined(separator: ", ")
    let lease = DHCP.Lease(
      expiry: try reader.required("expiry", "a number") { DecimalNumber.parse($0.utf8) },
      unit: try reader.value("unit", "one of \(units)") { DHCP.Lease.Unit(rawValue: $0) })
    // dnsmasq gives no lease of less (its manual, --dhcp-range).
    guard lease.seconds == 0 || lease.seconds >= 120 else {
      throw reader.error(
        .badValue("\(lease.seconds) s", of: "lease", allowed: "0, for ever, or two minutes or more")
      )
    }
    return lease
  }
}
