/// XML laid out as libvirt lays it out.
struct XMLWriter {
  private var bytes: [UInt8] = []
  private var depth: Int

  init(depth: Int = 0) { self.depth = depth }

  var output: String { String(decoding: bytes, as: UTF8.self) }

  /// An element, its attributes but those whose value is nil, and what `body` writes a level
  /// deeper.
  ///
  /// If nothing is written there it is closed at once, unless it `staysOpen`: libvirt writes some
  /// elements as `<ip>` and `</ip>`, empty or not.
  mutating func element(
    _ name: String, _ attributes: [(String, String?)] = [], foreign: ForeignContent? = nil,
    staysOpen: Bool = false, _ body: (inout XMLWriter) -> Void = { _ in }
  ) {
    indent()
    bytes += "<\(name)".utf8
    for (name, value) in attributes {
      if let value { attribute(name, value) }
    }
    if let foreign {
      foreignAttributes(foreign.attributes, declared: attributes.filter { $0.1 != nil }.map(\.0))
    }
    bytes += ">\n".utf8
    let start = bytes.count
    depth += 1
    body(&self)
    for element in foreign?.elements ?? [] { write(element) }
    depth -= 1
    if bytes.count == start, !staysOpen {
      bytes.removeLast(2)
      bytes += "/>\n".utf8
    } else {
      indent()
      bytes += "</\(name)>\n".utf8
    }
  }

  /// An element with text in it.
  mutating func text(_ name: String, _ text: String, foreign: ForeignContent? = nil) {
    indent()
    bytes += "<\(name)".utf8
    if let foreign { foreignAttributes(foreign.attributes) }
    bytes.append(UInt8(ascii: ">"))
    escape(text)
    for element in foreign?.elements ?? [] {
      var inner = XMLWriter()
      inner.foreign(element.element, isIndented: false)
      bytes += inner.bytes
    }
    bytes += "</\(name)>\n".utf8
  }

  /// An element of a foreign namespace on lines of its own.
  mutating func write(_ element: ForeignElement) {
    indent()
    foreign(element.element, isIndented: true)
    bytes.append(UInt8(ascii: "\n"))
  }

  /// An element as libxml2 writes it (`xmlNodeDump` with format): each child on a line of its own
  /// unless text stands beside it.
  mutating func foreign(_ element: XMLElement, isIndented: Bool) {
    bytes += "<\(element.name.text)".utf8
    for declaration in element.declarations {
      let name = declaration.prefix.map { "xmlns:\($0)" } ?? "xmlns"
      foreignAttribute(name, declaration.namespace)
    }
    for attribute in element.attributes { foreignAttribute(attribute.name.text, attribute.value) }
    guard !element.content.isEmpty else {
      bytes += "/>".utf8
      return
    }
    bytes.append(UInt8(ascii: ">"))
    let isIndented =
      isIndented
      && !element.content.contains {
        switch $0 {
        case .text, .literal: true
        case .element, .comment, .instruction: false
        }
      }
    depth += 1
    for node in element.content {
      if isIndented {
        bytes.append(UInt8(ascii: "\n"))
        indent()
      }
      switch node {
      case .element(let child): foreign(child, isIndented: isIndented)
      case .text(let text): foreignText(text)
      case .literal(let text): bytes += "<![CDATA[\(text)]]>".utf8
      case .comment(let text): bytes += "<!--\(text)-->".utf8
      case .instruction(let target, let text):
        bytes += "<?\(target)\(text.isEmpty ? "" : " \(text)")?>".utf8
      }
    }
    depth -= 1
    if isIndented {
      bytes.append(UInt8(ascii: "\n"))
      indent()
    }
    bytes += "</\(element.name.text)>".utf8
  }

  private mutating func foreignAttributes(
    _ attributes: [XMLElement.Attribute], declared: [String] = []
  ) {
    var declared = declared
    for attribute in attributes {
      if let prefix = attribute.name.prefix, let namespace = attribute.name.namespace,
        prefix != "xml", !declared.contains("xmlns:\(prefix)")
      {
        declared.append("xmlns:\(prefix)")
        self.attribute("xmlns:\(prefix)", namespace)
      }
      self.attribute(attribute.name.text, attribute.value)
    }
  }

  private mutating func attribute(_ name: String, _ value: String) {
    bytes += " \(name)='".utf8
    escape(value, isAttribute: true)
    bytes.append(UInt8(ascii: "'"))
  }

  private mutating func indent() { for _ in 0..<depth { bytes += "  ".utf8 } }

  /// As libvirt escapes it (`virBufferEscapeString`); and a line's end or a tab in an attribute as
  /// a number, since XML reads it as a space otherwise.
  private mutating func escape(_ text: String, isAttribute: Bool = false) {
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "&"): bytes += "&amp;".utf8
      case UInt8(ascii: "<"): bytes += "&lt;".utf8
      case UInt8(ascii: ">"): bytes += "&gt;".utf8
      case UInt8(ascii: "\""): bytes += "&quot;".utf8
      case UInt8(ascii: "'"): bytes += "&apos;".utf8
      case 0x0D: bytes += "&#13;".utf8
      case 0x09 where isAttribute: bytes += "&#9;".utf8
      case 0x0A where isAttribute: bytes += "&#10;".utf8
      default: bytes.append(byte)
      }
    }
  }

  /// As libxml2 escapes it.
  private mutating func foreignAttribute(_ name: String, _ value: String) {
    bytes += " \(name)=\"".utf8
    for byte in value.utf8 {
      switch byte {
      case UInt8(ascii: "&"): bytes += "&amp;".utf8
      case UInt8(ascii: "<"): bytes += "&lt;".utf8
      case UInt8(ascii: ">"): bytes += "&gt;".utf8
      case UInt8(ascii: "\""): bytes += "&quot;".utf8
      case 0x09: bytes += "&#9;".utf8
      case 0x0A: bytes += "&#10;".utf8
      case 0x0D: bytes += "&#13;".utf8
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func foreignText(_ text: String) {
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "&"): bytes += "&amp;".utf8
      case UInt8(ascii: "<"): bytes += "&lt;".utf8
      case UInt8(ascii: ">"): bytes += "&gt;".utf8
      case 0x0D: bytes += "&#13;".utf8
      default: bytes.append(byte)
      }
    }
  }
}
