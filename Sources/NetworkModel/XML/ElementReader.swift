/// One element being read: everything that is in it has to be asked for, or reading fails.
struct ElementReader {
  let element: XMLElement
  let source: String

  /// Checks that the element has no other attributes than these and no other children than those,
  /// each of which stands there once unless it may be repeated.
  init(
    _ element: XMLElement, source: String, attributes: [String] = [], children: [String] = [],
    repeated: [String] = []
  ) throws(NetworkXMLError) {
    self.element = element
    self.source = source
    for attribute in element.attributes where !attributes.contains(attribute.name) {
      throw error(.unexpectedAttribute(attribute.name, allowed: attributes))
    }
    var seen: Set<String> = []
    for child in element.children {
      guard child.namespace == nil, children.contains(child.name) || repeated.contains(child.name)
      else {
        throw error(
          .unexpectedElement(child.name, allowed: children + repeated), line: child.line)
      }
      if !seen.insert(child.name).inserted, !repeated.contains(child.name) {
        throw error(.repeated(child.name), line: child.line)
      }
    }
  }

  func error(_ problem: NetworkXMLError.Problem, line: Int? = nil) -> NetworkXMLError {
    NetworkXMLError(
      source: source, line: line ?? element.line, element: element.name, problem: problem)
  }

  func child(_ name: String) -> XMLElement? { element.children.first { $0.name == name } }

  func children(_ name: String) -> [XMLElement] { element.children.filter { $0.name == name } }

  /// The text of the child `name`, white space around it left out; nil if there is no such child.
  func text(of name: String) -> String? {
    child(name).map { trimmed($0.text) }
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

  private func trimmed(_ text: String) -> String {
    let isSpace: (UInt8) -> Bool = { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
    let bytes = Array(text.utf8.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    return String(decoding: bytes, as: UTF8.self)
  }
}
