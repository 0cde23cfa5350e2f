internal import CLinux
internal import LinuxNetworking
internal import LinuxTypes
internal import TapBroker

/// The broker: has a child for each request. The child does all the work, as the helper that its
/// client would have started.
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
/// While nobody is there, a child that was forked ahead accepts the next connection itself, and
/// tells the broker whose it is. From then on the broker accepts and decides who is served when,
/// until nobody is there again: whoever comes alone waits for one process only, and of those who do
/// not ask one at most has a process. A child has a copy of all that the parent has, and lets go of
/// that first. Once its client has asked it has five seconds, whatever he does: then the kernel
/// ends it.
///
/// Nor does the broker throw anything away that a client has sent, or close his connection with it,
/// where descriptors may be in it: it would close them, and wait as long as their owner has
/// arranged (SO_LINGER, or a file system of his own). The kernel refuses them from Linux 6.16 on;
/// else, and for who connected before the broker was there, a child does that, too.
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
  /// The child that will accept the next connection.
  private var ready: ReadyChild?
  /// The one that has accepted the last that it did not accept itself.
  private var taken: ReadyChild?
  /// Those who are not to be served, until a child of theirs tells them.
  private var unwanted: [Unwanted] = []
  private var isLeaving = false
  private var idleSince = clinux_monotonic_milliseconds()
  private var acceptsAfter: Int64 = 0
  private var forksAheadAfter: Int64 = 0

  private struct Unwanted {
    let connection: Admission.Connection
    let treatment: BrokerChild.Treatment
  }

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
    socket.listener.refuseDescriptors()
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
        turnAway(late, .refuse(late.hasAsked ? .brokerIsBusy : .clientIsSilent))
      }
      while now >= acceptsAfter, let next = nextUnwanted() {
        if let child = fork(for: next.connection, next.treatment) { return child }
      }
      while let next = admission.nextToServe() {
        if let child = fork(for: next, .serve) { return child }
      }
      if isLeaving, admission.isIdle, unwanted.isEmpty, ready == nil { return nil }
      if !admission.isIdle { idleSince = now }
      if hasIdled(at: now) { leave() }
      if ready == nil, !isLeaving, admission.isIdle, now >= forksAheadAfter,
        let child = makeReady()
      {
        return child
      }
      wait(at: now)
    }
  }

  // MARK: Waiting

  /// Whether another connection may be accepted.
  private var hasRoom: Bool { admission.hasRoom && unwanted.count < Admission.maximumWaiting }

  /// Whether it has been without a client for so long that it may leave.
  private func hasIdled(at now: Int64) -> Bool {
    socket.isPassed && !isLeaving && admission.isIdle && now - idleSince >= Self.idleTime
  }

  /// Waits for whatever comes first, and takes note of it.
  private mutating func wait(at now: Int64) {
    let accepts = ready == nil && !isLeaving && hasRoom && now >= acceptsAfter
    var entries = [
      entry(signals.rawValue), entry(accepts ? socket.listener.descriptor.rawValue : -1),
      entry(ready?.report.descriptor.rawValue ?? -1),
    ]
    for connection in admission.waiting where !connection.hasAsked {
      entries.append(entry(connection.number))
    }
    // SAFETY: the array has as many entries as the call is told.
    guard unsafe clinux_poll(&entries, entries.count, timeout(at: now)) > 0 else { return }

    // Before others come that could get the same numbers.
    for entry in entries.dropFirst(3) where entry.revents != 0 {
      // A client that has gone without a word is of no interest; one that left its request is.
      if Int32(entry.revents) & POLLIN != 0 {
        admission.note(askedBy: entry.fd)
      } else {
        admission.remove(entry.fd)
        _ = clinux_close(entry.fd)
      }
    }
    if entries[2].revents != 0 { takeReport() }
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
    if socket.isPassed, !isLeaving, admission.isIdle {
      first = min(first, idleSince + Self.idleTime)
    }
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
      // Its report may be unread.
      if ready?.process == child { takeReport() }
      if ready?.process == child {
        ready = nil
        forksAheadAfter = clinux_monotonic_milliseconds() + Self.recovery
      }
      if taken?.process == child { taken = nil }
      admission.note(ended: child)
    }
  }

  /// Hears from the child that was forked ahead whose connection it has accepted.
  private mutating func takeReport() {
    guard let process = ready?.process, let user = ready?.reportedUser() else { return }
    taken = ready.take()
    // He may have gone again before the next look.
    idleSince = clinux_monotonic_milliseconds()
    admission.note(child: process, of: user)
  }

  /// Lets nobody else in: those who have asked are served before it goes.
  private mutating func leave() {
    if !isLeaving { socket.remove() }
    isLeaving = true
    ready?.dismiss()
    taken?.dismiss()
    while let silent = admission.nextSilent() { turnAway(silent, .hangUp) }
  }

  // MARK: Connections

  private mutating func acceptAll() {
    let now = clinux_monotonic_milliseconds()
    // No more than may wait: who connects as fast as he is turned away would keep us here.
    for _ in 0..<Admission.maximumWaitingOfUser where hasRoom {
      let connection: FileDescriptor
      do throws(Errno) { connection = try socket.listener.accept() } catch {
        // Others would be accepted no better: the kernel is asked again when it has recovered.
        if error != .wouldBlock { acceptsAfter = now + Self.recovery }
        return
      }
      idleSince = now
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
      case .takenInsteadOf(let silent): turnAway(silent, .refuse(.brokerIsBusy))
      case .tooMany: turnAway(newcomer, .refuse(.brokerIsBusy))
      }
    }
  }

  /// Has `connection` treated otherwise than served: now, or once there may be a child for it.
  private mutating func turnAway(
    _ connection: Admission.Connection, _ treatment: BrokerChild.Treatment
  ) {
    let client = MessageSocket(connection.number)
    guard !client.mayHoldDescriptors else {
      let own = unwanted.count(where: { $0.connection.user == connection.user })
      unwanted.append(
        Unwanted(
          connection: connection,
          // Of more than children of his can tell at once, the rest see that he is hung up on.
          treatment: own < Admission.maximumChildrenOfUser ? treatment : .hangUp))
      return
    }
    if case .refuse(let refusal) = treatment { Audience.client(client).hear(Answer(refusal)) }
    _ = clinux_close(connection.number)
  }

  /// Takes out one whose user may have a child.
  private mutating func nextUnwanted() -> Unwanted? {
    guard let place = unwanted.firstIndex(where: { admission.mayHaveChild($0.connection.user) })
    else { return nil }
    return unwanted.remove(at: place)
  }

  // MARK: Children

  /// Forks the child that serves `connection`, or turns it away. Returns nil in the parent, itself
  /// in the child.
  private mutating func fork(
    for connection: Admission.Connection, _ treatment: BrokerChild.Treatment
  ) -> BrokerChild? {
    do throws(Errno) {
      let pipe = try Pipe()
      let process = try value(clinux_fork())
      guard process != 0 else {
        // First: its copies of others' connections may be the last.
        _ = clinux_end_after(Int32(Admission.patience))
        return BrokerChild(
          coming: .accepted(
            FileDescriptor(owning: connection.number), treatment, leash: pipe.keepReading()),
          unmapped: unmapped)
      }
      admission.note(child: process, of: connection.user)
      // The pipe after it: the child waits for that.
      let leash = pipe.keepWriting()
      _ = clinux_close(connection.number)
      _ = consume leash
    } catch {
      acceptsAfter = clinux_monotonic_milliseconds() + Self.recovery
      var instead = treatment
      if case .serve = treatment { instead = .refuse(.brokerCannotFork) }
      turnAway(connection, instead)
    }
    return nil
  }

  /// Forks the child that will serve the next client: while nobody waits for it, for it and what it
  /// prepares take a third of the time that a request does. Returns nil in the parent, itself in
  /// the child.
  private mutating func makeReady() -> BrokerChild? {
    do throws(Errno) {
      let pipe = try Pipe()
      let report = try EventCounter()
      let listener = try socket.listener.copy()
      let process = try value(clinux_fork())
      guard process == 0 else {
        ready = ReadyChild(process: process, leash: pipe.keepWriting(), report: report)
        return nil
      }
      return BrokerChild(
        coming: .listening(
          ReadyChild.Origin(listener: listener, leash: pipe.keepReading(), reports: report)),
        unmapped: unmapped)
    } catch { return nil }
  }
}
