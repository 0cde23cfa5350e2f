public import LinuxHost
internal import LinuxTypes
public import NetworkModel

/// Something that happened to a network.
public struct NetworkEvent: Equatable, Sendable {
  /// What may happen; libvirt's words.
  public enum Change: String, CaseIterable, Sendable {
    /// It was defined, or its definition changed.
    case defined = "Defined"
    /// Its definition was taken away.
    case undefined = "Undefined"
    /// It became active.
    case started = "Started"
    /// It was active and is not any more.
    case stopped = "Stopped"
  }

  /// To which network.
  public let network: NetworkName
  /// What.
  public let change: Change
}

/// What happens to networks, told as it happens by the files that say it: no service has to run.
///
/// A network that is started and stopped again in the milliseconds before a directory that its
/// start made is watched goes unseen.
public struct NetworkEvents: ~Copyable {
  private let watch: DirectoryWatch
  private var places: [DirectoryWatch.Watch: FilePath] = [:]
  private var active: Set<NetworkName> = []
  private var defined: Set<NetworkName> = []

  /// The directories that matter, outermost first: the inner ones come and go.
  private static let watched = [
    Places.runtime.parent, Places.runtime, Places.active, Places.definitions.parent.parent,
    Places.definitions.parent, Places.definitions,
  ]

  /// Begins: what happens from now on is told.
  public static func open() throws(EngineError) -> NetworkEvents {
    let watch: DirectoryWatch
    do throws(Errno) { watch = try DirectoryWatch.open() } catch {
      throw .file(FileError("watch", Places.runtime, error))
    }
    var events = NetworkEvents(watch)
    _ = try events.look()
    return events
  }

  private init(_ watch: consuming DirectoryWatch) { self.watch = watch }

  /// Waits until there may be events to ``take()``, or for an interrupt, or not longer than
  /// `milliseconds`; nil for ever.
  public func wait(milliseconds: Int32?) throws(EngineError) -> DirectoryWatch.Reason {
    do throws(Errno) { return try watch.wait(milliseconds: milliseconds) } catch {
      throw .file(FileError("watch", Places.runtime, error))
    }
  }

  /// What has happened since, oldest first; maybe nothing.
  public mutating func take() throws(EngineError) -> [NetworkEvent] {
    let happened: [DirectoryWatch.Event]
    do throws(Errno) { happened = try watch.read() } catch {
      throw .file(FileError("watch", Places.runtime, error))
    }
    var events: [NetworkEvent] = []
    for event in happened {
      switch event.kind {
      case .ended:
        if places.removeValue(forKey: event.watch) == Places.active { events += deactivateAll() }
      case .lost: events += try look()
      default:
        guard let place = places[event.watch], let name = event.name else { continue }
        if event.isDirectory, Self.watched.contains(place.appending(name)) {
          events += try look()
        } else if place == Places.active {
          events += activity(name, event.kind)
        } else if place == Places.definitions, !event.isDirectory {
          events += definition(name, event.kind)
        }
      }
    }
    return events
  }

  /// Watches what is there, and compares it with what was known before.
  private mutating func look() throws(EngineError) -> [NetworkEvent] {
    for path in Self.watched {
      if let added = try files({ () throws(FileError) in try watch.add(path) }) {
        places[added] = path
      }
    }
    // Watched first and listed then, so that nothing falls between.
    let (active, defined) = (Set(try ActiveNetworks.names()), Set(try Definitions.names()))
    let changes: [(Set<NetworkName>, NetworkEvent.Change)] = [
      (defined.subtracting(self.defined), .defined), (active.subtracting(self.active), .started),
      (self.active.subtracting(active), .stopped),
      (self.defined.subtracting(defined), .undefined),
    ]
    (self.active, self.defined) = (active, defined)
    return changes.flatMap { names, change in
      names.sorted().map { NetworkEvent(network: $0, change: change) }
    }
  }

  private mutating func activity(_ text: String, _ kind: DirectoryWatch.Event.Kind)
    -> [NetworkEvent]
  {
    guard let name = NetworkName(text) else { return [] }
    if kind == .gone {
      return active.remove(name) == nil ? [] : [NetworkEvent(network: name, change: .stopped)]
    }
    return active.insert(name).inserted ? [NetworkEvent(network: name, change: .started)] : []
  }

  private mutating func definition(_ file: String, _ kind: DirectoryWatch.Event.Kind)
    -> [NetworkEvent]
  {
    guard file.hasSuffix(".xml"), let name = NetworkName(String(file.dropLast(4))) else {
      return []
    }
    switch kind {
    case .gone:
      return defined.remove(name) == nil ? [] : [NetworkEvent(network: name, change: .undefined)]
    // Whoever writes in place is not done when the name appears.
    case .appeared: return []
    default:
      defined.insert(name)
      return [NetworkEvent(network: name, change: .defined)]
    }
  }

  private mutating func deactivateAll() -> [NetworkEvent] {
    let names = active.sorted()
    active = []
    return names.map { NetworkEvent(network: $0, change: .stopped) }
  }
}
