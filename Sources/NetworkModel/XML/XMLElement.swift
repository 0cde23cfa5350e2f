/// An element of an XML document.
struct XMLElement: Equatable, Sendable {
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

  var name: Name
  /// Those that stand in this element, not those of the elements around it.
  var declarations: [Declaration]
  var attributes: [Attribute]
  /// White space between elements is left out.
  var content: [Node]
  /// Where it begins: a line of the document, from 1. 0 once the document does not matter.
  var line: Int

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
    var element = self
    element.forgetLines()
    var missing: [Declaration] = []
    element.collectUndeclared(&missing, declared: [])
    element.declarations = missing + element.declarations
    return element
  }

  private mutating func forgetLines() {
    line = 0
    for (position, node) in content.enumerated() {
      guard case .element(var child) = node else { continue }
      child.forgetLines()
      content[position] = .element(child)
    }
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
