internal import LinuxTypes

extension DHCP {
  init(_ element: XMLElement, of block: AddressBlock, source: String) throws(NetworkXMLError) {
    // `option` is what libvirt's own examples have and libvirt passes over: it never gave guests
    // any option.
    let reader = try ElementReader(
      element, source: source, children: ["bootp"], repeated: ["range", "host", "option"])
    self.init()
    for element in reader.children("range") {
      ranges.append(try Range(element, of: block, source: source))
    }
    for element in reader.children("host") {
      hosts.append(try Host(element, of: block, source: source, isPartial: false))
    }
    if let element = reader.child("bootp") {
      guard block.family == .ipv4 else {
        throw reader.error(.contradiction("<bootp> is for IPv4 addresses"), line: element.line)
      }
      boot = try Boot(element, source: source)
    }
    foreign = reader.foreign
  }
}

extension DHCP.Range {
  init(_ element: XMLElement, of block: AddressBlock, source: String) throws(NetworkXMLError) {
    let reader = try ElementReader(
      element, source: source, attributes: ["start", "end"], children: ["lease"])
    let allowed = "an \(block.family.name) address"
    let parse = { (text: String) in
      IPAddress(text).flatMap { $0.family == block.family ? $0 : nil }
    }
    let first = try reader.required("start", allowed, parse)
    let last = try reader.required("end", allowed, parse)
    guard let network = block.network, network.contains(first), network.contains(last) else {
      throw reader.error(
        .contradiction(
          "range \(first) - \(last) is not entirely within network "
            + (block.network.map { "\($0)" } ?? "\(block.address)")))
    }
    guard let addresses = IPRange(first, through: last) else {
      throw reader.error(.contradiction("range \(first) - \(last) is reversed"))
    }
    // As libvirt counts: the last 16 bits are what may differ.
    guard first.bytes.dropLast(2) == last.bytes.dropLast(2) else {
      throw reader.error(.contradiction("range \(first) - \(last) is too large (> 65535)"))
    }
    if let network = network.ipv4, network.prefixLength < 31 {
      guard first != .v4(network.base) else {
        throw reader.error(
          .contradiction("start of range \(first) - \(last) is the network address of \(network)"))
      }
      guard last != .v4(network.last) else {
        throw reader.error(
          .contradiction("end of range \(first) - \(last) is the broadcast address of \(network)"))
      }
    }
    self.init(addresses: addresses, lease: try reader.lease())
    foreign = reader.foreign
  }
}

extension DHCP.Host {
  /// As much of a host as names it is enough if `isPartial`.
  init(_ element: XMLElement, of block: AddressBlock, source: String, isPartial: Bool)
    throws(NetworkXMLError)
  {
    let reader = try ElementReader(
      element, source: source, attributes: ["mac", "id", "name", "ip"], children: ["lease"])
    self.init(
      mac: try reader.value("mac", "an Ethernet address of one station") {
        MACAddress($0).flatMap { $0.isMulticast ? nil : $0 }
      },
      id: try reader.value("id", "hexadecimal bytes with ':' between") { text in
        let isIdentifier = text.utf8.allSatisfy {
          switch $0 {
          case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"), UInt8(ascii: ":"):
            true
          default: false
          }
        }
        return isIdentifier && !text.isEmpty ? text : nil
      },
      name: try reader.value("name", "\(HostName.rule), a letter or digit first") { text in
        switch text.utf8.first {
        case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), nil: nil
        default: HostName(text)
        }
      },
      address: try reader.value("ip", "an \(block.family.name) address") { text in
        IPAddress(text).flatMap { isPartial || $0.family == block.family ? $0 : nil }
      },
      lease: try reader.lease())
    foreign = reader.foreign
    guard mac == nil || block.family == .ipv4 else {
      throw reader.error(
        .contradiction("hosts of IPv6 are known by id or name, and not by mac"))
    }
    if isPartial {
      guard mac != nil || name != nil || address != nil else {
        throw reader.error(.missing("attribute mac, name or ip"))
      }
      return
    }
    if block.family == .ipv6 {
      guard id != nil || name != nil else {
        throw reader.error(.missing("attribute id or name"))
      }
    } else {
      guard mac != nil || name != nil else {
        throw reader.error(.missing("attribute mac or name"))
      }
    }
    guard address != nil else { throw reader.error(.missing("attribute ip")) }
  }
}

extension DHCP.Boot {
  fileprivate init(_ element: XMLElement, source: String) throws(NetworkXMLError) {
    let reader = try ElementReader(element, source: source, attributes: ["file", "server"])
    // A comma would be the next field of dnsmasq's dhcp-boot.
    guard let file = try reader.line("file") else {
      throw reader.error(.missing("attribute file"))
    }
    guard !file.utf8.contains(UInt8(ascii: ",")) else {
      throw reader.error(.badValue(file, of: "attribute file", allowed: "a path without ','"))
    }
    self.init(
      file: file,
      server: try reader.value("server", "an IPv4 address, or a host's name") { HostName($0)?.text }
    )
    foreign = reader.foreign
  }
}

extension ElementReader {
  /// The child `lease`, if there is one.
  fileprivate func lease() throws(NetworkXMLError) -> DHCP.Lease? {
    guard let element = child("lease") else { return nil }
    let reader = try ElementReader(element, source: source, attributes: ["expiry", "unit"])
    guard let expiry = try reader.cNumber("expiry", maximum: .max) else {
      throw reader.error(.missing("attribute expiry"))
    }
    // libvirt forgets the unit of a lease that never ends.
    let unit = try reader.choice("unit", DHCP.Lease.Unit.self)
    var lease = DHCP.Lease(expiry: expiry, unit: expiry == 0 ? nil : unit ?? .minutes)
    // dnsmasq gives no lease of less (its manual, --dhcp-range).
    guard lease.seconds == 0 || lease.seconds >= 120 else {
      throw reader.error(
        .badValue("\(lease.seconds) s", of: "lease", allowed: "0, for ever, or two minutes or more")
      )
    }
    lease.foreign = reader.foreign
    return lease
  }
}
