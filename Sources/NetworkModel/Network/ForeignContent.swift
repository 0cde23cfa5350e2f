/// What other programs wrote into an element of a definition: attributes and elements of namespaces
/// that are neither libvirt's nor ours. It is kept, and written back in the same element.
public struct ForeignContent: Equatable, Sendable {
  /// The attributes, in order.
  var attributes: [XMLElement.Attribute] = []
  /// The elements, in order. They are written behind those that we know.
  var elements: [ForeignElement] = []
  /// The same of the elements in it that have no type of their own, by name: `mtu`, `tftp`, …
  var inside: [String: ForeignContent] = [:]

  /// Nothing.
  public init() {}

  /// Whether there is nothing.
  public var isEmpty: Bool { attributes.isEmpty && elements.isEmpty && inside.isEmpty }
}
