/// Who waits for the broker, who is being served, and who is next: its decisions, apart from
/// sockets and processes.
///
/// A connection that has not asked yet costs a descriptor, and no process. Each user has as many
/// places as another, so that whoever floods the broker is in his own way only. Times are
/// milliseconds of any clock that does not go back.
public struct Admission: Sendable {
  /// How many children there are at most.
  public static let maximumChildren = 64
  /// How many of them work for one user.
  public static let maximumChildrenOfUser = 8
  /// How many connections wait at most; those behind them wait in the socket's backlog.
  public static let maximumWaiting = 256
  /// How many of them are one user's.
  public static let maximumWaitingOfUser = 64
  /// How long a connection waits, to ask or to be served; and how long a child may take.
  public static let patience: Int64 = 5000

  /// Somebody who connected.
  public struct Connection: Equatable, Sendable {
    /// Its descriptor.
    public let number: Int32
    /// Who connected, as the kernel says.
    public let user: UInt32
    /// When.
    public let since: Int64
    /// Whether the request is there to be read.
    public internal(set) var hasAsked: Bool

    /// A connection of its parts.
    public init(number: Int32, user: UInt32, since: Int64, hasAsked: Bool) {
      self.number = number
      self.user = user
      self.since = since
      self.hasAsked = hasAsked
    }
  }

  /// What becomes of a new connection.
  public enum Arrival: Equatable, Sendable {
    /// It waits.
    case taken
    /// It waits in the place of one that has not asked, which is to be closed.
    case takenInsteadOf(Connection)
    /// Its user has too many that wait to be served.
    case tooMany
  }

  private struct Child: Sendable {
    let process: Int32
    let user: UInt32
  }

  /// Those that wait, in the order in which they came.
  public private(set) var waiting: [Connection] = []
  private var children: [Child] = []

  /// Nobody is there.
  public init() {}

  /// Whether there is room for a connection: without it none should be accepted.
  public var hasRoom: Bool {
    waiting.count < Self.maximumWaiting || waiting.contains { !$0.hasAsked }
  }

  /// Whether nobody waits and nobody is served.
  public var isIdle: Bool { waiting.isEmpty && children.isEmpty }

  /// When the first of those that wait will have waited for too long; nil if nobody waits.
  public var firstDeadline: Int64? { waiting.first.map { $0.since + Self.patience } }

  /// Takes a new connection in, where there is room.
  public mutating func arrive(_ newcomer: Connection) -> Arrival {
    let own = waiting.count(where: { $0.user == newcomer.user })
    let isHisFull = own >= Self.maximumWaitingOfUser
    guard isHisFull || waiting.count >= Self.maximumWaiting else {
      waiting.append(newcomer)
      return .taken
    }
    // Whoever means it asks at once: the longest silence gives way.
    guard
      let silent = waiting.firstIndex(where: {
        !$0.hasAsked && (!isHisFull || $0.user == newcomer.user)
      })
    else { return .tooMany }
    let outgoing = waiting.remove(at: silent)
    waiting.append(newcomer)
    return .takenInsteadOf(outgoing)
  }

  /// The connection `number` has asked.
  public mutating func note(askedBy number: Int32) {
    guard let place = waiting.firstIndex(where: { $0.number == number }) else { return }
    waiting[place].hasAsked = true
  }

  /// Takes out the connection `number`, whose other end has gone.
  public mutating func remove(_ number: Int32) { waiting.removeAll { $0.number == number } }

  /// Takes out one that has waited for too long.
  public mutating func nextLate(at now: Int64) -> Connection? {
    guard let first = waiting.first, first.since + Self.patience <= now else { return nil }
    return waiting.removeFirst()
  }

  /// Takes out one that has not asked.
  public mutating func nextSilent() -> Connection? {
    guard let place = waiting.firstIndex(where: { !$0.hasAsked }) else { return nil }
    return waiting.remove(at: place)
  }

  /// Whether there may be another child for `user`.
  public func mayHaveChild(_ user: UInt32) -> Bool {
    children.count < Self.maximumChildren
      && children.count(where: { $0.user == user }) < Self.maximumChildrenOfUser
  }

  /// Takes out the one to be served now: of those who have asked, one whose user is served least,
  /// and among those the first that came.
  public mutating func nextToServe() -> Connection? {
    guard children.count < Self.maximumChildren else { return nil }
    var best: (place: Int, served: Int)?
    for (place, connection) in waiting.enumerated() where connection.hasAsked {
      let served = children.count(where: { $0.user == connection.user })
      guard served < Self.maximumChildrenOfUser else { continue }
      if best.map({ served < $0.served }) ?? true { best = (place, served) }
      if served == 0 { break }
    }
    return best.map { waiting.remove(at: $0.place) }
  }

  /// The child `process` serves `user` from now on.
  public mutating func note(child process: Int32, of user: UInt32) {
    children.append(Child(process: process, user: user))
  }

  /// The child `process` has ended.
  public mutating func note(ended process: Int32) { children.removeAll { $0.process == process } }
}
