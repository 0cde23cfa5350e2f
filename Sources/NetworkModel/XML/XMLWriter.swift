/// XML laid out as libvirt lays it out.
struct XMLWriter {
  private(set) var output = ""
  private var depth = 0

  init() {}

  /// An element and, a level deeper, what `body` writes.
  mutating func element(
    _ name: String, _ attributes: [(String, String?)] = [], _ body: (inout XMLWriter) -> Void
  ) {
    open(name, attributes)
    output += ">\n"
    depth += 1
    body(&self)
    depth -= 1
    indent()
    output += "</\(name)>\n"
  }

  /// An element with nothing in it. Attributes whose value is nil are left out.
  mutating func empty(_ name: String, _ attributes: [(String, String?)]) {
    open(name, attributes)
    output += "/>\n"
  }

  /// An element with text in it.
  mutating func text(_ name: String, _ text: String) {
    open(name, [])
    output += ">\(Self.escape(text))</\(name)>\n"
  }

  private mutating func open(_ name: String, _ attributes: [(String, String?)]) {
    indent()
    output += "<\(name)"
    for (name, value) in attributes {
      if let value { output += " \(name)='\(Self.escape(value))'" }
    }
  }

  private mutating func indent() { for _ in 0..<depth { output += "  " } }

  static func escape(_ text: String) -> String {
    var escaped: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "&"): escaped += Array("&amp;".utf8)
      case UInt8(ascii: "<"): escaped += Array("&lt;".utf8)
      case UInt8(ascii: ">"): escaped += Array("&gt;".utf8)
      case UInt8(ascii: "\""): escaped += Array("&quot;".utf8)
      case UInt8(ascii: "'"): escaped += Array("&apos;".utf8)
      default: escaped.append(byte)
      }
    }
    return String(decoding: escaped, as: UTF8.self)
  }
}
