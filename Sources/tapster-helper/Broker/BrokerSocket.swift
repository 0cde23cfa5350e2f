internal import CLinux
internal import LinuxNetworking
internal import LinuxTypes
internal import TapBroker

/// Where the broker's clients come in: a socket that was passed to it, or one of its own, which
/// goes with it.
struct BrokerSocket: ~Copyable {
  let listener: MessageListener
  /// What shows that the file of a socket of its own still is that socket's; nil for one that was
  /// passed.
  private let own: RegularFile.Identity?
  /// Held for as long as a broker with a socket of its own lives, so that there is one only.
  private let lock: FileDescriptor?

  private static let directory = FilePath("/run/tapster")
  private static let lockPath = FilePath("/run/tapster/broker.lock")

  /// Whether somebody else keeps the socket: then the broker may leave, and is started again by the
  /// next client.
  var isPassed: Bool { own == nil }

  /// The socket that `activation` brings.
  static func passed(by activation: consuming Activation) throws(Refusal) -> BrokerSocket {
    do throws(MessageListener.Unfit) {
      return BrokerSocket(
        listener: try MessageListener(checking: activation.socket), own: nil, lock: nil)
    } catch {
      throw Refusal(
        .usage, "the descriptor that was passed \(error.description)",
        advice: "its unit has ListenSequentialPacket=\(BrokerRequest.path.description)")
    }
  }

  /// A socket at the usual path, which anybody may connect to: the access control list decides.
  ///
  /// A file that a broker left when it was killed gives way; one that somebody listens at, or that
  /// is no socket, does not.
  static func own() throws(Refusal) -> BrokerSocket {
    try makeDirectory()
    let lock = try takeLock()
    try removeLeftover()
    let listener = try listen()
    guard let file = try look(at: BrokerRequest.path) else {
      throw Refusal(.failure, "\(BrokerRequest.path.description) was removed at once")
    }
    return BrokerSocket(listener: listener, own: file.identity, lock: lock)
  }

  private static func listen() throws(Refusal) -> MessageListener {
    let path = BrokerRequest.path
    do throws(Errno) {
      // For the time of one call: the mode that the file is made with.
      _ = clinux_set_umask(0o111)
      defer { _ = clinux_set_umask(0o077) }
      return try MessageListener(at: path)
    } catch {
      throw Refusal(.failure, "cannot listen at \(path.description): \(error.description)")
    }
  }

  /// Removes the file of a socket of its own, unless another took its place.
  borrowing func remove() {
    guard let own, (try? FileState.read(BrokerRequest.path))?.identity == own else { return }
    // SAFETY: the path is NUL-terminated and outlives the call.
    _ = unsafe BrokerRequest.path.withCString { unsafe clinux_unlink($0) }
  }

  /// Whoever may write to the directory may put a socket of his own there.
  private static func makeDirectory() throws(Refusal) {
    // SAFETY: the path is NUL-terminated and outlives the call.
    let made = unsafe directory.withCString { path in
      _ = clinux_set_umask(0o022)
      defer { _ = clinux_set_umask(0o077) }
      return unsafe clinux_mkdir(path, 0o755)
    }
    guard made == 0 || made == -EEXIST else {
      throw Refusal(
        .failure, "cannot make \(directory.description): \(Errno(-made).description)")
    }
    guard let found = try look(at: directory), found.isDirectory, found.owner == 0,
      !found.isWritableByOthers
    else {
      throw Refusal(
        .failure, "\(directory.description) is not a directory that only root may write to",
        advice: "an administrator can run: chown root \(directory.description); "
          + "chmod 755 \(directory.description)")
    }
  }

  private static func takeLock() throws(Refusal) -> FileDescriptor {
    do throws(Errno) {
      // Nobody else can open it, and so nobody else can hold the lock.
      let lock = try FileDescriptor.open(
        lockPath, flags: O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o600)
      _ = try value(clinux_try_lock_exclusively(lock.rawValue))
      return lock
    } catch {
      guard error == .wouldBlock else {
        throw Refusal(
          .failure, "cannot lock \(lockPath.description): \(error.description)")
      }
      throw anotherServes
    }
  }

  /// Under the lock, so no other broker is between its own look and its own socket.
  private static func removeLeftover() throws(Refusal) {
    let path = BrokerRequest.path
    guard let found = try look(at: path) else { return }
    guard found.isSocket else {
      throw Refusal(
        .failure, "\(path.description) is not a socket",
        advice: "an administrator can look what it is, and remove it")
    }
    // A child of one that was killed may listen a moment longer.
    var looks = 100
    while try somebodyListens(at: path) {
      looks -= 1
      guard looks > 0 else { throw anotherServes }
      _ = clinux_poll(nil, 0, 10)
    }
    // SAFETY: the path is NUL-terminated and outlives the call.
    let removed = unsafe path.withCString { unsafe clinux_unlink($0) }
    guard removed == 0 || removed == -ENOENT else {
      throw Refusal(.failure, "cannot remove \(path.description): \(Errno(-removed).description)")
    }
  }

  private static func somebodyListens(at path: FilePath) throws(Refusal) -> Bool {
    do throws(Errno) {
      _ = try MessageSocket.connect(to: path, patience: 1)
      return true
    } catch {
      // Only of a socket whose listener has gone the kernel says that.
      if error == .connectionRefused || error == .noSuchFile { return false }
      throw anotherServes
    }
  }

  private static func look(at path: FilePath) throws(Refusal) -> FileState? {
    do throws(Errno) { return try FileState.read(path) } catch {
      throw Refusal(.failure, "cannot look at \(path.description): \(error.description)")
    }
  }

  private static var anotherServes: Refusal {
    Refusal(
      .failure, "a broker serves \(BrokerRequest.path.description) already",
      advice: "systemctl status tapster-broker.socket tapster-broker.service may show it")
  }
}
