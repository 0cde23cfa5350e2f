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

  /// The element in XML that stands for itself: it declares the namespaces that it uses. Without
  /// white space around it.
  public var xml: String {
    var writer = XMLWriter()
    writer.foreign(element, isIndented: true)
    return writer.output
  }
}
