/// An element of an XML document. A class, since it is handed about a lot and never changes.
final class XMLElement: Equatable, Sendable {
  /// A name, and the namespace that it is in.
  struct Name: Equatable, Sendable {
    /// What stands before the colon; nil where there is none.
    var prefix: String?
    /// What stands after it.
    var local: String
    /// The namespace; nil for none.
    var namespace: String?

    /// As it stands in a document.
    var text: String { if let prefix { "\(prefix):\(local)" } else { local } }
  }

  /// An attribute, declarations of namespaces not among them.
  struct Attribute: Equatable, Sendable {
    var name: Name
    var value: String
  }

  /// A prefix, nil for the namespace of names without one, and what it stands for.
  struct Declaration: Equatable, Sendable {
    var prefix: String?
    var namespace: String
  }

  /// What an element can have in it.
  enum Node: Equatable, Sendable {
    case element(XMLElement)
    case text(String)
    case literal(String)
    case comment(String)
    case instruction(target: String, String)
  }

  let name: Name
  /// Those that stand in this element, not those of the elements around it.
  let declarations: [Declaration]
  let attributes: [Attribute]
  /// White space between elements is left out.
  let content: [Node]
  /// Where it begins: a line of the document, from 1. 0 once the document does not matter.
  let line: Int

  init(
    name: Name, declarations: [Declaration], attributes: [Attribute], content: [Node], line: Int
  ) {
    self.name = name
    self.declarations = declarations
    self.attributes = attributes
    self.content = content
    self.line = line
  }

  /// By value.
  static func == (left: XMLElement, right: XMLElement) -> Bool {
    left === right
      || (left.name == right.name && left.declarations == right.declarations
        && left.attributes == right.attributes && left.content == right.content
        && left.line == right.line)
  }

  /// The value of an attribute without a namespace.
  subscript(attribute: String) -> String? {
    attributes.first { $0.name.namespace == nil && $0.name.local == attribute }?.value
  }

  /// The text in it, that of the elements in it left out.
  var text: String {
    var text = ""
    for case .text(let words) in content { text += words }
    for case .literal(let words) in content { text += words }
    return text
  }

  /// The same with lines forgotten and every prefix declared that it uses: it stands for itself.
  var standingAlone: XMLElement {
    var missing: [Declaration] = []
    collectUndeclared(&missing, declared: [])
    let alone = withoutLines
    return XMLElement(
      name: name, declarations: missing + declarations, attributes: attributes,
      content: alone.content, line: 0)
  }

  private var withoutLines: XMLElement {
    XMLElement(
      name: name, declarations: declarations, attributes: attributes,
      content: changingChildren(\.withoutLines), line: 0)
  }

  /// What is in it, with another in the place of each element.
  func changingChildren(_ change: (XMLElement) -> XMLElement) -> [Node] {
    content.map { if case .element(let child) = $0 { .element(change(child)) } else { $0 } }
  }

  private func collectUndeclared(_ missing: inout [Declaration], declared: [String?]) {
    let declared = declared + declarations.map(\.prefix)
    for name in [name] + attributes.map(\.name) {
      guard let namespace = name.namespace, name.prefix != "xml", !declared.contains(name.prefix),
        !missing.contains(where: { $0.prefix == name.prefix })
      else { continue }
      missing.append(Declaration(prefix: name.prefix, namespace: namespace))
    }
    for case .element(let child) in content {
      child.collectUndeclared(&missing, declared: declared)
    }
  }
}
