internal import CLinux
internal import LinuxNetworking
internal import LinuxTypes
internal import TapBroker

/// A child of the broker, before it does what every helper does: phase 0, up to the point where one
/// that its client had started would be. What needs no client is done before he comes.
struct BrokerChild: ~Copyable {
  /// What becomes of a client.
  enum Treatment {
    case serve
    case refuse(Refusal)
    /// He is told nothing.
    case hangUp
  }

  /// Where the client comes from.
  enum Coming: ~Copyable {
    /// The broker has accepted his connection. The leash is at its end once the broker has let go
    /// of that.
    case accepted(FileDescriptor, Treatment, leash: FileDescriptor)
    /// He will be the next to connect.
    case listening(ReadyChild.Origin)
  }

  /// How long a client may take to ask when the broker leaves as he connects; milliseconds.
  private static let lastMoment: Int32 = 100

  /// Until he is there.
  private var coming: Coming?
  private var treatment = Treatment.serve
  /// Until he has asked: at its end when the broker serves nobody else. None if he had asked
  /// before.
  private var leash: FileDescriptor?
  /// The numbers that are nobody's in the broker's user namespace.
  private let unmapped: UnmappedIDs

  init(coming: consuming Coming, unmapped: UnmappedIDs) {
    self.coming = consume coming
    self.unmapped = unmapped
  }

  /// Opens what every request needs, and filters the system calls: before a byte of anybody's is
  /// read, and while nobody waits. What failed, perhaps long before he comes, is tried again by
  /// ``equipment(_:)``.
  func prepare() -> Result<Equipment, Refusal> {
    do throws(Refusal) { return .success(try equip()) } catch { return .failure(error) }
  }

  /// What was prepared, or else is now; what fails is for the client to hear.
  func equipment(_ prepared: consuming Result<Equipment, Refusal>) throws(Refusal) -> Equipment {
    switch consume prepared {
    case .success(let equipment): return equipment
    case .failure: return try equip()
    }
  }

  private func equip() throws(Refusal) -> Equipment {
    var equipment = try Equipment.open()
    // Where there is none, the client is told so when he asks for a tap.
    do throws(Errno) {
      equipment.device.append(
        try FileDescriptor.open(TapDevice.devicePath, flags: O_RDWR | O_NOCTTY))
    } catch {}
    do throws(Errno) { _ = try value(clinux_unblock_signals()) } catch {
      throw Refusal(.failure, "cannot take signals: \(error.description)")
    }
    // Each is done, or done again, when it is needed: the first time takes longest.
    _ = clinux_prepare_end()
    _ = WallClock.seconds
    clinux_map_program()
    try SystemCallFilter.install(.ofBrokerChild)
    equipment.isFiltered = true
    return equipment
  }

  /// Waits for the client: the connection to him is open until the process ends. Nil if none is to
  /// come, as the broker leaves or has gone.
  mutating func awaitClient() -> MessageSocket? {
    switch coming.take() {
    case .accepted(let connection, let treatment, let leash):
      self.treatment = treatment
      // What is unread at the end ends with the last who has the connection, and that is not to be
      // the broker.
      _ = Self.awaitInput(-1, leash: leash.rawValue)
      return MessageSocket(connection.release())
    case .listening(let origin):
      guard let connection = Self.accept(from: origin) else { return nil }
      leash = origin.keepLeash()
      return MessageSocket(connection.release())
    case nil: return nil
    }
  }

  private static func accept(from origin: borrowing ReadyChild.Origin) -> FileDescriptor? {
    while true {
      // A broker that leaves comes before a client, who will find another.
      guard awaitInput(origin.listener.descriptor.rawValue, leash: origin.leash.rawValue) == .there
      else { return nil }
      do throws(Errno) {
        let connection = try origin.listener.accept()
        // At once: nobody else is let in before the broker knows.
        try origin.report(try MessageSocket(connection.rawValue).peerUser())
        return connection
      } catch {
        // He has gone again.
        if error != .wouldBlock { return nil }
      }
    }
  }

  /// Waits until the client has asked; false if nobody is to be served or told anything. From then
  /// on nothing that is of the broker is open, and the process is killed when its time is over.
  mutating func awaitRequest(over connection: MessageSocket) throws(Refusal) -> Bool {
    if let leash = leash.take(), !connection.isReadable {
      try limit(to: 2 * Admission.patience)
      let input = Self.awaitInput(
        connection.number, leash: leash.rawValue, within: Int32(Admission.patience))
      switch input {
      case .there: break
      case .late: throw .clientIsSilent
      case .leashEnded:
        // Who asks as soon as he has connected is served, whatever the moment.
        guard Self.awaitInput(connection.number, leash: -1, within: Self.lastMoment) == .there
        else { return false }
      }
    }
    switch treatment {
    case .serve:
      // Before all else. Once the process is the client's in the kernel's eyes, he may stop it.
      try limit(to: Admission.patience)
      return true
    case .refuse(let refusal):
      // To throw his request away may take long, for what came with it; at the end of a process the
      // kernel does not linger.
      try limit(to: 2 * Int64(Self.lastMoment))
      throw refusal
    case .hangUp: return false
    }
  }

  private func limit(to milliseconds: Int64) throws(Refusal) {
    do throws(Errno) { _ = try value(clinux_end_after(Int32(milliseconds))) } catch {
      throw Refusal(.failure, "cannot set a timer: \(error.description)")
    }
  }

  private enum Input { case there, late, leashEnded }

  /// Waits for input of `descriptor`, at most `milliseconds` unless they are negative; or for the
  /// end of `leash`, unless that is -1.
  private static func awaitInput(
    _ descriptor: Int32, leash: Int32, within milliseconds: Int32 = -1
  ) -> Input {
    var entries = [leash, descriptor].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    // SAFETY: the array has as many entries as the call is told.
    guard unsafe clinux_poll(&entries, entries.count, milliseconds) > 0 else { return .late }
    return entries[0].revents == 0 ? .there : .leashEnded
  }

  /// Puts the process in the place of its client, and returns what he asks for.
  func enter(for connection: MessageSocket) throws(Refusal) -> [[UInt8]] {
    let client: Credentials
    do throws(Errno) { client = try connection.peerCredentials() } catch {
      throw Refusal(.failure, "cannot learn who asks: \(error.description)")
    }
    guard !unmapped.isAmong(client) else {
      throw Refusal(
        .notPermitted, "the broker's user namespace does not know who asks",
        advice: "ask from inside the container that the broker runs in")
    }
    let groups = client.groups.dropFirst().map { $0.rawValue }
    do throws(Errno) {
      // SAFETY: the array has as many groups as the call is told.
      _ = try value(
        unsafe clinux_take_place_of(
          client.user.rawValue, client.groups[0].rawValue, groups, groups.count))
    } catch { throw Refusal(.failure, "cannot act for who asks: \(error.description)") }
    guard try Reduction.realCredentials() == client else {
      throw Refusal(.failure, "did not become who asks")
    }
    return try request(over: connection)
  }

  private func request(over connection: MessageSocket) throws(Refusal) -> [[UInt8]] {
    let message: [UInt8]?
    do throws(Errno) {
      message = try connection.receive(maximumSize: BrokerRequest.maximumSize)
    } catch { throw Refusal(.failure, "cannot read the request: \(error.description)") }
    guard let message else {
      throw Refusal(.usage, "the request is longer than \(BrokerRequest.maximumSize) bytes")
    }
    do throws(HelperCommand.UsageError) { return try BrokerRequest.arguments(message) } catch {
      throw Refusal(.usage, error.text)
    }
  }
}
