/// An element of another program's namespace, kept as it is.
///
/// Only white space between elements is not kept: it is laid out as libvirt, and so libxml2, lays
/// it out.
public struct ForeignElement: Equatable, Sendable {
  /// The name of its namespace.
  public let namespace: String
  let element: XMLElement

  /// Takes an element that has a namespace; nil for any other.
  init?(_ element: XMLElement) {
    guard let namespace = element.name.namespace else { return nil }
    self.namespace = namespace
    self.element = element.standingAlone
  }

  /// Reads an element as `virsh net-metadata --set` takes it: its names without a namespace get
  /// `namespace`, and `key` for a prefix.
  ///
  /// Throws if `bytes` is not one element in XML, if `key` cannot be a prefix, if `namespace` is
  /// libvirt's, ours or empty, or if the element is in another namespace already.
  public init(parsing bytes: [UInt8], key: String, namespace: String) throws(NetworkXMLError) {
    let source = "metadata"
    let element = try XMLDocument.parse(bytes, source: source)
    func refused(_ problem: NetworkXMLError.Problem) -> NetworkXMLError {
      NetworkXMLError(
        source: source, line: element.line, element: element.name.text, problem: problem)
    }
    guard Self.isPrefix(key) else {
      throw refused(.badValue(key, of: "key", allowed: "a name of letters, digits, '-' and '_'"))
    }
    guard Self.isFree(namespace) else {
      throw refused(
        .badValue(namespace, of: "uri", allowed: "the name of a namespace of another program"))
    }
    let taken = element.taking(prefix: key, namespace: namespace)
    guard taken.name.namespace == namespace else {
      throw refused(
        .contradiction("it is in another namespace, '\(element.name.namespace ?? "")'"))
    }
    let declaration = XMLElement.Declaration(prefix: key, namespace: namespace)
    self.namespace = namespace
    self.element =
      XMLElement(
        name: taken.name,
        declarations: taken.declarations.filter { $0.prefix != key } + [declaration],
        attributes: taken.attributes, content: taken.content, line: 0
      ).standingAlone
  }

  /// The element in XML that stands for itself: it declares the namespaces that it uses. Without
  /// white space around it.
  public var xml: String {
    var writer = XMLWriter()
    writer.foreign(element, isIndented: true)
    return writer.output
  }

  /// The same with the names of its namespace bare, as `virsh net-metadata` shows it.
  public var bareXML: String {
    let bare = element.dropping(namespace: namespace)
    var writer = XMLWriter()
    writer.foreign(bare, isIndented: true)
    return writer.output
  }

  /// Letters, digits, `-` and `_`, a letter or `_` first: less than XML's NCName, and enough.
  private static func isPrefix(_ text: String) -> Bool {
    guard let first = text.utf8.first, text.lowercased() != "xml", text != "xmlns" else {
      return false
    }
    let isLetter: (UInt8) -> Bool = {
      switch $0 {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "_"):
        true
      default: false
      }
    }
    return isLetter(first)
      && text.utf8.allSatisfy {
        isLetter($0) || $0 == UInt8(ascii: "-")
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
      }
  }

  private static func isFree(_ namespace: String) -> Bool {
    !namespace.isEmpty && ![XMLNamespace.dnsmasq, XMLNamespace.tapster].contains(namespace)
      && !namespace.hasPrefix("http://www.w3.org/XML/1998/namespace")
      && !namespace.hasPrefix("http://www.w3.org/2000/xmlns")
      && !namespace.utf8.contains { $0 < 0x20 || $0 == 0x7F }
  }
}

extension XMLElement {
  /// The same with this namespace for names that have none.
  fileprivate func taking(prefix: String, namespace: String) -> XMLElement {
    XMLElement(
      name: name.namespace == nil
        ? Name(prefix: prefix, local: name.local, namespace: namespace) : name,
      declarations: declarations.filter { !$0.namespace.isEmpty }, attributes: attributes,
      content: changingChildren { $0.taking(prefix: prefix, namespace: namespace) }, line: line)
  }

  /// The same with the names of this namespace in none.
  fileprivate func dropping(namespace: String) -> XMLElement {
    func bare(_ name: Name) -> Name {
      name.namespace == namespace ? Name(prefix: nil, local: name.local, namespace: nil) : name
    }
    return XMLElement(
      name: bare(name), declarations: declarations.filter { $0.namespace != namespace },
      attributes: attributes.map { Attribute(name: bare($0.name), value: $0.value) },
      content: changingChildren { $0.dropping(namespace: namespace) }, line: line)
  }
}
