internal import LinuxHost
internal import LinuxTypes
public import NetworkModel

/// Of what is changed: how a network runs, how it is defined, or both.
public struct ChangeScope: OptionSet, Hashable, Sendable {
  /// The bits.
  public let rawValue: Int

  /// Takes the bits.
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// How it runs, until it stops.
  public static let live = ChangeScope(rawValue: 1)
  /// How it is defined, from its next start on.
  public static let config = ChangeScope(rawValue: 2)
}

/// Changes of a network: of its definition, of how it runs, or of both or neither.
public enum NetworkChange {
  /// Changes the network called `name` as `edit` says, which gets the network as it is, once for
  /// each of `scope`.
  ///
  /// An empty scope means how it runs if it does, or else how it is defined. Throws what `edit`
  /// throws; if there is no such network, or it is not in the scope; if the outcome cannot be
  /// planned, or needs the network to stop. After a throw all is as it was.
  public static func apply(
    _ name: NetworkName, _ scope: ChangeScope,
    _ edit: (inout Network) throws(EngineError) -> Void
  ) throws(EngineError) {
    try Lock.tidying { () throws(EngineError) in
      try Lock.hold(try Lock.network(name)) { lock throws(EngineError) in
        let isActive = ActiveNetworks.contains(name)
        if isActive { try ChangeJournal.settle(name, lock) }
        let isDefined = File.exists(Places.definition(name))
        if !isActive, !isDefined { throw .noSuchNetwork(name.text) }
        let scope = scope.isEmpty ? (isActive ? .live : .config) : scope
        if scope.contains(.live), !isActive { throw .notRunning }
        if scope.contains(.config), !isDefined { throw .changingTransient }

        let live = scope.contains(.live) ? try edited(try Definitions.live(name), name, edit) : nil
        guard scope.contains(.config) else {
          if let live {
            try LiveChange.apply(from: live.old, to: live.new, definition: nil, lock)
          }
          return
        }
        try Lock.hold(try Lock.definitions()) { _ throws(EngineError) in
          let change = try edited(try Definitions.network(name), name, edit)
          let new = try Definitions.unique(change.new)
          guard let live else { return try Definitions.write(new) }
          try LiveChange.apply(from: live.old, to: live.new, definition: new, lock)
        }
      }
    }
  }

  private static func edited(
    _ old: Network?, _ name: NetworkName, _ edit: (inout Network) throws(EngineError) -> Void
  ) throws(EngineError) -> (old: Network, new: Network) {
    guard let old else { throw .noSuchNetwork(name.text) }
    var new = old
    try edit(&new)
    if new.name != name { throw .renaming(name, new.name) }
    // What was put together may contradict itself; reading finds out, as for a file.
    return (old, try Definitions.parse(Array(new.xml.utf8), source: "network '\(name)', changed"))
  }
}
