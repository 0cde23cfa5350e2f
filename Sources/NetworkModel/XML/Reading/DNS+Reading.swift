internal import LinuxTypes

extension DNS {
  init(_ element: XMLElement, source: String) throws(NetworkXMLError) {
    let reader = try ElementReader(
      element, source: source, attributes: ["enable", "forwardPlainNames"],
      repeated: ["forwarder", "txt", "srv", "host"])
    self.init()
    isEnabled = try reader.yesOrNo("enable")
    forwardsPlainNames = try reader.yesOrNo("forwardPlainNames")
    for element in reader.children("forwarder") {
      forwarders.append(try Forwarder(element, source: source))
    }
    for element in reader.children("txt") {
      let pattern = try TextPattern(element, source: source, isPartial: false)
      if let text = pattern.text { texts.append(text) }
    }
    for element in reader.children("srv") {
      let pattern = try ServicePattern(element, source: source, isPartial: false)
      if let service = pattern.record { services.append(service) }
    }
    for element in reader.children("host") {
      let pattern = try HostPattern(element, source: source, isPartial: false)
      if let host = pattern.host { hosts.append(host) }
    }
    guard isEnabled != false || reader.children.isEmpty else {
      throw reader.error(.contradiction("enable='no' and something for the server to do"))
    }
    foreign = reader.foreign
  }
}

extension DNS.Forwarder {
  fileprivate init(_ element: XMLElement, source: String) throws(NetworkXMLError) {
    let reader = try ElementReader(element, source: source, attributes: ["addr", "domain"])
    self.init(
      address: try reader.value("addr", "an IP address") { IPAddress($0) },
      domain: try reader.value("domain", HostName.rule) { HostName($0) })
    guard address != nil || domain != nil else {
      throw reader.error(.missing("attribute addr or domain"))
    }
    foreign = reader.foreign
  }
}

/// A `<txt>`, or as much of one as names it.
struct TextPattern {
  let name: HostName
  let value: String?
  let foreign: ForeignContent

  init(_ element: XMLElement, source: String, isPartial: Bool) throws(NetworkXMLError) {
    let reader = try ElementReader(element, source: source, attributes: ["name", "value"])
    name = try reader.required("name", HostName.rule) { HostName($0) }
    value = try reader.value("value", "text without control characters") { text in
      text.utf8.contains { $0 < 0x20 || $0 == 0x7F } ? nil : text
    }
    guard isPartial || value != nil else { throw reader.error(.missing("attribute value")) }
    foreign = reader.foreign
  }

  /// The record, if it is whole.
  var text: DNS.Text? {
    guard let value else { return nil }
    var text = DNS.Text(name: name, value: value)
    text.foreign = foreign
    return text
  }
}

/// A `<srv>`, or as much of one as names it.
struct ServicePattern {
  let service: String?
  let transport: String?
  let domain: String?
  let target: String?
  let port: UInt16?
  let priority: UInt16?
  let weight: UInt16?
  let foreign: ForeignContent

  init(_ element: XMLElement, source: String, isPartial: Bool) throws(NetworkXMLError) {
    let reader = try ElementReader(
      element, source: source,
      attributes: ["service", "protocol", "domain", "target", "port", "priority", "weight"])
    // What dnsmasq would take for the end of the label is not allowed (RFC 2782).
    service = try reader.value("service", "letters, digits and _ - + / *, 1 to 482 of them") {
      Self.isLabel($0, with: "_-+/*") ? $0 : nil
    }
    transport = try reader.value("protocol", "letters, digits and - + /") {
      Self.isLabel($0, with: "-+/") ? $0 : nil
    }
    domain = try reader.value("domain", HostName.rule) { HostName($0)?.text }
    target = try reader.value("target", HostName.rule) { HostName($0)?.text }
    port = try reader.number("port", 1...65535).map { UInt16($0) }
    // 0 is what goes without saying.
    priority = try reader.number("priority", 0...65535).flatMap { $0 == 0 ? nil : UInt16($0) }
    weight = try reader.number("weight", 0...65535).flatMap { $0 == 0 ? nil : UInt16($0) }
    if !isPartial {
      guard service != nil else { throw reader.error(.missing("attribute service")) }
      guard transport != nil else { throw reader.error(.missing("attribute protocol")) }
    }
    if target == nil,
      let name = ["port", "priority", "weight"].first(where: { element[$0] != nil })
    {
      throw reader.error(.contradiction("attribute \(name) without target"))
    }
    foreign = reader.foreign
  }

  private static func isLabel(_ text: String, with others: String) -> Bool {
    (1...482).contains(text.utf8.count)
      && text.utf8.allSatisfy {
        switch $0 {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"):
          true
        default: others.utf8.contains($0)
        }
      }
  }

  /// The record, if it is whole.
  var record: DNS.Service? {
    guard let service, let transport else { return nil }
    var record = DNS.Service(service: service, transport: transport)
    record.domain = domain
    record.target = target
    record.port = port
    record.priority = priority
    record.weight = weight
    record.foreign = foreign
    return record
  }

  /// Whether `record` has all that is said here of names.
  func matches(_ record: DNS.Service) -> Bool {
    (domain == nil || domain == record.domain) && (service == nil || service == record.service)
      && (transport == nil || transport == record.transport)
      && (target == nil || target == record.target)
  }
}

/// A `<host>` of `<dns>`, or as much of one as names it.
struct HostPattern {
  let address: IPAddress?
  let names: [HostName]
  let foreign: ForeignContent

  init(_ element: XMLElement, source: String, isPartial: Bool) throws(NetworkXMLError) {
    var reader = try ElementReader(
      element, source: source, attributes: ["ip"], repeated: ["hostname"])
    address = try reader.value("ip", "an IP address") { IPAddress($0) }
    var names: [HostName] = []
    for (position, element) in reader.children.enumerated() {
      let name = try ElementReader(element, source: source, hasText: true)
      let text = ElementReader.trimmed(element.text)
      guard let parsed = HostName(text) else {
        throw name.error(.badValue(text, of: "hostname", allowed: HostName.rule))
      }
      names.append(parsed)
      reader.keep(name.foreign, of: "hostname \(position)")
    }
    self.names = names
    foreign = reader.foreign
    if isPartial {
      guard address != nil || !names.isEmpty else {
        throw reader.error(.missing("attribute ip or element <hostname>"))
      }
    } else {
      guard address != nil else { throw reader.error(.missing("attribute ip")) }
      guard !names.isEmpty else { throw reader.error(.missing("element <hostname>")) }
    }
  }

  /// The record, if it is whole.
  var host: DNS.Host? {
    guard let address, !names.isEmpty else { return nil }
    var host = DNS.Host(address: address, names: names)
    host.foreign = foreign
    return host
  }
}
