/// An element of another program's namespace, kept as it is.
public struct ForeignElement: Equatable, Sendable {
  /// The name of its namespace.
  public let namespace: String
  /// The element in XML that stands for itself: it declares the namespaces that it uses. Without
  /// white space around it.
  public let xml: String

  init(namespace: String, xml: String) {
    self.namespace = namespace
    self.xml = xml
  }
}

/// What elements and attributes of foreign namespaces stand in a definition outside `<metadata>`,
/// and where.
public struct ForeignContent: Equatable, Sendable {
  init() {}
}
