internal import CLinux
internal import LinuxNetworking
internal import LinuxTypes
internal import TapBroker

/// A listening socket that whoever started the broker made, and passed on as descriptor 3: systemd,
/// by a `.socket` unit (`man 3 sd_listen_fds`, which is the whole protocol).
struct Activation: ~Copyable {
  let socket: FileDescriptor

  /// The first descriptor that is passed, SD_LISTEN_FDS_START.
  private static let first: Int32 = 3

  /// The socket that was passed, if `words` ask for the broker and one was.
  ///
  /// Throws if they ask for it and the process was not started by root: set-user-ID makes nobody a
  /// broker. The only look that the program takes at its environment.
  static func read(ifAskedBy words: [[UInt8]]) throws(Refusal) -> Activation? {
    guard words.count == 1, words[0].elementsEqual("--serve".utf8) else { return nil }
    var ids = clinux_process_ids()
    // SAFETY: the call fills in the structure that the pointer points to.
    guard unsafe clinux_ids(&ids) == 0, ids.real_user == 0, ids.effective_user == 0,
      clinux_gained_rights() == 0
    else {
      throw Refusal(
        .notPermitted, "only root starts the broker",
        advice: "an administrator can run: systemctl enable --now tapster-broker.socket")
    }
    guard number(of: "LISTEN_PID") == UInt32(bitPattern: getpid()) else { return nil }
    guard number(of: "LISTEN_FDS") == 1 else {
      throw Refusal(
        .usage, "LISTEN_FDS is not 1: the broker takes one socket",
        advice: "its unit has one line ListenSequentialPacket=\(BrokerRequest.path.description)")
    }
    guard clinux_close_on_exec(first) >= 0 else {
      throw Refusal(.usage, "LISTEN_FDS is 1, but descriptor \(first) is not open")
    }
    return Activation(socket: FileDescriptor(owning: first))
  }

  /// The plain decimal number that a variable is.
  private static func number(of variable: StaticString) -> UInt32? {
    // SAFETY: a static string is NUL-terminated; what the call returns lives as long as the
    // environment, which is not changed here.
    let name = unsafe UnsafeRawPointer(variable.utf8Start).assumingMemoryBound(to: CChar.self)
    guard let value = unsafe clinux_environment(name) else { return nil }
    return unsafe DecimalNumber.parse(
      Array(UnsafeRawBufferPointer(start: value, count: strlen(value))))
  }
}
