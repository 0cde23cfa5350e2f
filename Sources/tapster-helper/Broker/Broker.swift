internal import CLinux
internal import LinuxNetworking
internal import LinuxTypes
internal import TapBroker

/// The broker: takes connections in, and has a child for each request. The child does all the work,
/// as the helper that its client would have started.
///
/// The parent's own phases:
/// 0 *Enter*, with all of root's rights: make or take over the socket, and set up what it waits by.
/// 1 *Reduce*, to CAP_NET_ADMIN, CAP_SETUID and CAP_SETGID. It uses none of the three itself: a
///   child cannot have what its parent has not. It stays uid 0, for /dev/net/tun may be root's alone,
///   and with the capabilities of another user no file of root's opens.
/// 2 *Serve*. It asks the kernel who connected, and reads not one byte of anybody's. What a client
///   has sent stays in the kernel until that client's child takes it; descriptors that it sent never
///   get numbers here.
///
/// A child is forked before its client comes. It has a copy of all that the parent has, and lets go
/// of that first: the one connection that it ever has comes from the parent. From then on it has five
/// seconds, whatever its client does: then the kernel ends it.
struct Broker: ~Copyable {
  /// How long it stays without a client, if somebody else keeps the socket; milliseconds.
  private static let idleTime: Int64 = 30_000
  /// How long it accepts nobody when the kernel has no more descriptors or memory, and forks nobody
  /// ahead when one has come to grief; milliseconds.
  private static let recovery: Int64 = 100
  /// Descriptors: of those who wait, of the queues of one child, and some.
  private static let descriptors = UInt64(Admission.maximumWaiting) + 512

  private let socket: BrokerSocket
  private let signals: FileDescriptor
  private let unmapped: UnmappedIDs
  private var admission = Admission()
  private var ready: ReadyChild?
  private var isLeaving = false
  private var idleSince = clinux_monotonic_milliseconds()
  private var acceptsAfter: Int64 = 0
  private var forksAheadAfter: Int64 = 0

  /// Serves until it is told to go or, with an activation, nobody has come for a while: then
  /// returns nil. Returns in each child as well.
  static func serve(_ activation: consuming Activation?) throws(Refusal) -> BrokerChild? {
    var broker = try enter(activation)
    try Reduction.reduceToServe()
    return try broker.run()
  }

  private init(
    _ socket: consuming BrokerSocket, _ signals: consuming FileDescriptor, _ unmapped: UnmappedIDs
  ) {
    self.socket = socket
    self.signals = signals
    self.unmapped = unmapped
  }

  private static func enter(_ activation: consuming Activation?) throws(Refusal) -> Broker {
    // What the starter left open beside it is nobody's business here.
    guard clinux_close_from(activation == nil ? 3 : 4) >= 0 else {
      throw Refusal(.failure, "cannot close what was left open (Linux before 5.9?)")
    }
    _ = clinux_raise_descriptor_limit(Self.descriptors)
    let unmapped = try UnmappedIDs.read()
    clinux_reserve_heap()
    let socket = try socket(activation)
    let signals: FileDescriptor
    do throws(Errno) { signals = FileDescriptor(owning: try value(clinux_signals_open())) } catch {
      throw Refusal(.failure, "cannot wait for signals: \(error.description)")
    }
    return Broker(socket, signals, unmapped)
  }

  private static func socket(_ activation: consuming Activation?) throws(Refusal) -> BrokerSocket {
    guard let activation else { return try BrokerSocket.own() }
    return try BrokerSocket.passed(by: activation)
  }

  deinit {
    for connection in admission.waiting { _ = clinux_close(connection.number) }
  }

  private mutating func run() throws(Refusal) -> BrokerChild? {
    while true {
      let now = clinux_monotonic_milliseconds()
      while let late = admission.nextLate(at: now) {
        Self.turnAway(late, late.hasAsked ? .busy : .silent)
      }
      while let next = admission.nextToServe() {
        if let child = serve(next) { return child }
      }
      if isLeaving, admission.isIdle { return nil }
      if !admission.isIdle { idleSince = now }
      if socket.isPassed, now - idleSince >= Self.idleTime { return nil }
      // Not while a child is at work, who would have to share the processor.
      if ready == nil, !isLeaving, admission.isIdle, now >= forksAheadAfter,
        let child = makeReady()
      {
        return child
      }
      wait(at: now)
    }
  }

  // MARK: Waiting

  /// Waits for whatever comes first, and takes note of it.
  private mutating func wait(at now: Int64) {
    var entries = [entry(signals.rawValue)]
    let accepts = !isLeaving && admission.hasRoom && now >= acceptsAfter
    entries.append(entry(accepts ? socket.listener.descriptor.rawValue : -1))
    for connection in admission.waiting where !connection.hasAsked {
      entries.append(entry(connection.number))
    }
    // SAFETY: the array has as many entries as the call is told.
    guard unsafe clinux_poll(&entries, entries.count, timeout(at: now)) > 0 else { return }

    // Before others come that could get the same numbers.
    for entry in entries.dropFirst(2) where entry.revents != 0 {
      // A client that has gone without a word is of no interest; one that left its request is.
      if Int32(entry.revents) & POLLIN != 0 {
        admission.note(askedBy: entry.fd)
      } else {
        admission.remove(entry.fd)
        _ = clinux_close(entry.fd)
      }
    }
    if entries[0].revents != 0 { takeSignals() }
    if entries[1].revents != 0 { acceptAll() }
  }

  private func entry(_ descriptor: Int32) -> pollfd {
    pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
  }

  /// Milliseconds until something is due; -1 if nothing is.
  private func timeout(at now: Int64) -> Int32 {
    var first = admission.firstDeadline ?? .max
    for pause in [acceptsAfter, forksAheadAfter] where pause > now { first = min(first, pause) }
    if socket.isPassed, admission.isIdle { first = min(first, idleSince + Self.idleTime) }
    return first == .max ? -1 : Int32(max(0, first - now))
  }

  private mutating func takeSignals() {
    while true {
      let signal = clinux_signals_next(signals.rawValue)
      guard signal > 0 else { break }
      if signal == SIGCHLD { continue }
      leave()
    }
    // One SIGCHLD may stand for several.
    while true {
      let child = clinux_reap()
      guard child > 0 else { return }
      admission.note(ended: child)
      if ready?.process == child {
        ready = nil
        forksAheadAfter = clinux_monotonic_milliseconds() + Self.recovery
      }
    }
  }

  /// Lets nobody else in: those who have asked are served before it goes.
  private mutating func leave() {
    if !isLeaving { socket.remove() }
    isLeaving = true
    while let silent = admission.nextSilent() { _ = clinux_close(silent.number) }
  }

  // MARK: Connections

  private mutating func acceptAll() {
    let now = clinux_monotonic_milliseconds()
    // No more than may wait: who connects as fast as he is turned away would keep us here.
    for _ in 0..<Admission.maximumWaitingOfUser where admission.hasRoom {
      let connection: FileDescriptor
      do throws(Errno) { connection = try socket.listener.accept() } catch {
        // Others would be accepted no better: the kernel is asked again when it has recovered.
        if error != .wouldBlock { acceptsAfter = now + Self.recovery }
        return
      }
      let client = MessageSocket(connection.rawValue)
      let user: UInt32
      do throws(Errno) { user = try client.peerUser() } catch { continue }
      // Most have asked by now: those need not be waited for, nor do they give way.
      let hasAsked = client.isReadable
      // From here on `admission` has it, and whoever takes it out closes it.
      let newcomer = Admission.Connection(
        number: connection.release(), user: user, since: now, hasAsked: hasAsked)
      switch admission.arrive(newcomer) {
      case .taken: continue
      case .takenInsteadOf(let silent): Self.turnAway(silent, .busy)
      case .tooMany: Self.turnAway(newcomer, .busy)
      }
    }
  }

  /// Why somebody is not served.
  private enum Reason {
    case silent, busy, noChild

    var refusal: Refusal {
      switch self {
      case .silent:
        Refusal(.usage, "the broker was asked nothing for \(Admission.patience / 1000) seconds")
      case .busy:
        Refusal(
          .unavailable, "the broker is busy with other requests", advice: "try again in a moment")
      case .noChild:
        Refusal(.failure, "the broker cannot start a process", advice: "try again in a moment")
      }
    }
  }

  private static func turnAway(_ connection: Admission.Connection, _ reason: Reason) {
    Audience.client(MessageSocket(connection.number)).hear(Answer(reason.refusal))
    _ = clinux_close(connection.number)
  }

  // MARK: Children

  /// Has a child serve `connection`. Returns nil in the parent, and in a child that it forks.
  private mutating func serve(_ connection: Admission.Connection) -> BrokerChild? {
    // Twice, should the child that was ready have come to grief.
    for _ in 0..<2 {
      if ready == nil, let child = makeReady() { return child }
      guard let next = ready.take() else { break }
      do throws(Errno) { try next.hand(connection.number) } catch { continue }
      admission.note(child: next.process, of: connection.user)
      _ = clinux_close(connection.number)
      return nil
    }
    Self.turnAway(connection, .noChild)
    return nil
  }

  /// Forks the child that will serve the next client: while nobody waits for it, for it and
  /// what it prepares take a third of the time that a request does. Returns nil in the parent, itself in the child.
  private mutating func makeReady() -> BrokerChild? {
    do throws(Errno) {
      var pair = try MessageSocket.pair()
      guard let theirs = pair.takeLast(), let own = pair.takeLast() else { return nil }
      let process = try value(clinux_fork())
      guard process == 0 else {
        ready = ReadyChild(process: process, channel: own)
        return nil
      }
      return BrokerChild(channel: theirs, unmapped: unmapped)
    } catch { return nil }
  }
}

/// A child that has no client yet.
private struct ReadyChild: ~Copyable {
  let process: Int32
  /// It ends when this is closed.
  let channel: FileDescriptor

  /// Gives it its client.
  func hand(_ connection: Int32) throws(Errno) {
    try HandOverSocket(toOurOwn: channel.rawValue).send([connection])
  }
}
