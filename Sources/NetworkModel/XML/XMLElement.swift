/// An element of an XML document.
struct XMLElement: Sendable {
  struct Attribute: Sendable {
    let name: String
    let value: String
  }

  /// Its name without a prefix.
  let name: String
  /// Its namespace, or nil if it has none.
  let namespace: String?
  /// Those without a namespace, and the others under `prefix:name`.
  let attributes: [Attribute]
  /// The elements in it.
  let children: [XMLElement]
  /// The text in it, that of the children left out.
  let text: String
  /// Where it begins: a line of the document, from 1.
  let line: Int

  subscript(attribute: String) -> String? { attributes.first { $0.name == attribute }?.value }
}
