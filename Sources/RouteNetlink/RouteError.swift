/// A request of routing netlink that failed (`man 7 rtnetlink`).
public struct RouteError: Error, Equatable, Sendable {
  /// What was asked for, for people: "create the bridge".
  public let operation: String
  /// The interface or address it was about.
  public let subject: String
  /// The error of libnl: its number (`NLE_…` of `<netlink/errno.h>`) and its words.
  public let code: Int32
  /// libnl's words for it.
  public let words: String
}

extension RouteError: CustomStringConvertible {
  /// `cannot create the bridge virbr0: Object exists`
  public var description: String { "cannot \(operation) \(subject): \(words)" }
}
