internal import LinuxTypes

/// One element being read: everything that is in it has to be asked for, or reading fails; but what
/// foreign namespaces have in it is kept.
struct ElementReader {
  let element: XMLElement
  let source: String
  /// The elements in it that are libvirt's or ours.
  let children: [XMLElement]
  /// What foreign namespaces have in it.
  private(set) var foreign = ForeignContent()

  /// Checks that the element has no other attributes than these and no other children than those,
  /// each of which stands there once unless it may be repeated. Names of ours begin with
  /// `tapster:`, and `dnsmasq:options` is libvirt's. Text is for elements that `hasText`.
  init(
    _ element: XMLElement, source: String, attributes: [String] = [], children: [String] = [],
    repeated: [String] = [], hasText: Bool = false
  ) throws(NetworkXMLError) {
    self.element = element
    self.source = source
    var known: [XMLElement] = []
    for attribute in element.attributes {
      let name = Self.canonical(attribute.name)
      if attributes.contains(name) { continue }
      guard let namespace = attribute.name.namespace, namespace != XMLNamespace.tapster else {
        throw Self.error(element, source, .unexpectedAttribute(name, allowed: attributes))
      }
      foreign.attributes.append(Self.withFreePrefix(attribute, of: element))
    }
    for node in element.content {
      switch node {
      case .element(let child):
        let name = Self.canonical(child.name)
        let isRepeated = repeated.contains(name)
        if isRepeated || children.contains(name) {
          if !isRepeated, known.contains(where: { Self.canonical($0.name) == name }) {
            throw Self.error(element, source, .repeated(name), line: child.line)
          }
          known.append(child)
        } else if child.name.namespace != XMLNamespace.tapster,
          let foreign = ForeignElement(child)
        {
          self.foreign.elements.append(foreign)
        } else {
          throw Self.error(
            element, source, .unexpectedElement(name, allowed: children + repeated),
            line: child.line)
        }
      case .text(let text), .literal(let text):
        if !hasText, !text.utf8.allSatisfy(XMLDocument.isSpace) {
          throw Self.error(element, source, .unexpectedText(Self.trimmed(text)))
        }
      case .comment, .instruction: break
      }
    }
    self.children = known
  }

  /// The attribute under another prefix if it has one of those that we write ourselves, and means
  /// something else by it.
  private static func withFreePrefix(
    _ attribute: XMLElement.Attribute, of element: XMLElement
  ) -> XMLElement.Attribute {
    var attribute = attribute
    let ours = ["dnsmasq": XMLNamespace.dnsmasq, "tapster": XMLNamespace.tapster]
    while let prefix = attribute.name.prefix, let namespace = ours[prefix],
      namespace != attribute.name.namespace
    {
      var free = "\(prefix)-"
      while element.attributes.contains(where: { $0.name.prefix == free }) { free += "-" }
      attribute.name.prefix = free
    }
    return attribute
  }

  /// A name as this file's callers write it.
  static func canonical(_ name: XMLElement.Name) -> String {
    switch name.namespace {
    case nil: name.local
    case XMLNamespace.tapster: "tapster:\(name.local)"
    case XMLNamespace.dnsmasq: "dnsmasq:\(name.local)"
    default: name.text
    }
  }

  private static func error(
    _ element: XMLElement, _ source: String, _ problem: NetworkXMLError.Problem, line: Int? = nil
  ) -> NetworkXMLError {
    NetworkXMLError(
      source: source, line: line ?? element.line, element: canonical(element.name),
      problem: problem)
  }

  func error(_ problem: NetworkXMLError.Problem, line: Int? = nil) -> NetworkXMLError {
    Self.error(element, source, problem, line: line)
  }

  func child(_ name: String) -> XMLElement? {
    children.first { Self.canonical($0.name) == name }
  }

  func children(_ name: String) -> [XMLElement] {
    children.filter { Self.canonical($0.name) == name }
  }

  /// Reads a child that has no type of its own, if it is there; what is foreign in it is kept under
  /// its name in ``foreign``.
  mutating func child(
    _ name: String, attributes: [String], children: [String] = [], hasText: Bool = false
  ) throws(NetworkXMLError) -> ElementReader? {
    guard let element = child(name) else { return nil }
    let reader = try ElementReader(
      element, source: source, attributes: attributes, children: children, hasText: hasText)
    keep(reader.foreign, of: name)
    return reader
  }

  /// Keeps what is foreign in a child.
  mutating func keep(_ foreign: ForeignContent, of name: String) {
    if !foreign.isEmpty { self.foreign.inside[name] = foreign }
  }

  /// The text of the child `name` as it stands; nil if there is no such child.
  mutating func text(of name: String) throws(NetworkXMLError) -> String? {
    try child(name, attributes: [], hasText: true)?.element.text
  }

  /// The attribute `name` as `parse` understands it; nil if there is none.
  func value<Value>(_ name: String, _ allowed: String, _ parse: (String) -> Value?)
    throws(NetworkXMLError) -> Value?
  {
    guard let text = element[name] else { return nil }
    guard let value = parse(text) else {
      throw error(.badValue(text, of: "attribute \(name)", allowed: allowed))
    }
    return value
  }

  /// As ``value(_:_:_:)``, and it has to be there.
  func required<Value>(_ name: String, _ allowed: String, _ parse: (String) -> Value?)
    throws(NetworkXMLError) -> Value
  {
    guard let value = try value(name, allowed, parse) else {
      throw error(.missing("attribute \(name)"))
    }
    return value
  }

  /// An attribute that is `yes` or `no`.
  func yesOrNo(_ name: String) throws(NetworkXMLError) -> Bool? {
    try value(name, "yes or no") {
      switch $0 {
      case "yes": true
      case "no": false
      default: nil
      }
    }
  }

  /// An attribute that is one of the cases of `Choice`.
  func choice<Choice: RawRepresentable & CaseIterable>(_ name: String, _: Choice.Type)
    throws(NetworkXMLError) -> Choice? where Choice.RawValue == String
  {
    guard let text = element[name] else { return nil }
    if let choice = Choice(rawValue: text) { return choice }
    let names = Choice.allCases.map(\.rawValue).joined(separator: ", ")
    throw error(.badValue(text, of: "attribute \(name)", allowed: "one of \(names)"))
  }

  /// An attribute that is a number.
  func number(_ name: String, _ range: ClosedRange<UInt32>) throws(NetworkXMLError) -> UInt32? {
    try value(name, "a number from \(range.lowerBound) to \(range.upperBound)") {
      DecimalNumber.parse($0.utf8, maximum: range.upperBound).flatMap {
        range.contains($0) ? $0 : nil
      }
    }
  }

  /// An attribute that is a number as C writes it: decimal, `0x` and hexadecimal, `0` and octal.
  func cNumber(_ name: String, maximum: UInt32) throws(NetworkXMLError) -> UInt32? {
    try value(name, "a number from 0 to \(maximum), decimal or 0x and hexadecimal") { text in
      var digits = Substring(text)
      var radix = 10
      if digits.hasPrefix("0x") || digits.hasPrefix("0X") {
        (digits, radix) = (digits.dropFirst(2), 16)
      } else if digits.hasPrefix("0"), digits.utf8.count > 1 {
        (digits, radix) = (digits.dropFirst(), 8)
      }
      guard let first = digits.utf8.first, first != UInt8(ascii: "+"), first != UInt8(ascii: "-"),
        let value = UInt32(digits, radix: radix), value <= maximum
      else { return nil }
      return value
    }
  }

  /// An attribute that is text of one line, not empty.
  func line(_ name: String) throws(NetworkXMLError) -> String? {
    try value(name, "text without control characters") { text in
      text.isEmpty || text.utf8.contains { $0 < 0x20 || $0 == 0x7F } ? nil : text
    }
  }

  /// `text` without the white space around it.
  static func trimmed(_ text: String) -> String {
    let bytes = Array(text.utf8)
    guard let first = bytes.firstIndex(where: { !XMLDocument.isSpace($0) }),
      let last = bytes.lastIndex(where: { !XMLDocument.isSpace($0) })
    else { return "" }
    return String(decoding: bytes[first...last], as: UTF8.self)
  }
}
