/// Why an update does not fit a network. In libvirt's words, since scripts look for them.
public struct NetworkUpdateError: Error, Equatable, Sendable {
  /// What kind of refusal it is, as libvirt sorts them.
  public enum Kind: Equatable, Sendable {
    /// Nobody can do that to any network.
    case unsupported
    /// It does not fit this network as it is.
    case invalid
    /// The XML does not say what it has to.
    case badXML
  }

  /// The kind.
  public let kind: Kind
  /// What is wrong, without the words that stand for the kind.
  public let message: String
}

extension NetworkUpdateError: CustomStringConvertible {
  /// The line that virsh writes behind `error: `.
  public var description: String {
    switch kind {
    case .unsupported: "Operation not supported: \(message)"
    case .invalid: "Requested operation is not valid: \(message)"
    case .badXML: "XML error: \(message)"
    }
  }
}
