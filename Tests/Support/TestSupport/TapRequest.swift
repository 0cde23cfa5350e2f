internal import CTestSupport
internal import Glibc

/// What a caller of a bridge helper got.
public struct TapOutcome: Sendable, CustomStringConvertible {
  /// How the helper ended, and what it said.
  public let helper: Completed
  /// The bytes of the message on the socket; nil if none came.
  public let message: [UInt8]?
  /// The descriptors that came with it.
  public let descriptors: [OpenDescriptor]
  /// How many SCM_RIGHTS control messages it had.
  public let controlCount: Int
  /// Whether data or descriptors were cut off.
  public let isTruncated: Bool

  /// Whether it is exactly what QEMU expects: status 0, one NUL byte, `count` descriptors.
  public func isGrant(of count: Int = 1) -> Bool {
    helper.succeeded && message == [0] && descriptors.count == count && controlCount == 1
      && !isTruncated
  }

  /// Whether nothing at all was given, and something was said about it.
  public var isRefusal: Bool {
    helper.status.map { $0 != 0 } == true && message == nil && descriptors.isEmpty
      && !helper.errorBytes.isEmpty
  }

  /// The interface names behind the descriptors (TUNGETIFF, `<linux/if_tun.h>`).
  public func interfaceNames() throws(SystemCallFailure) -> [String] {
    var names: [String] = []
    for descriptor in descriptors { names.append(try descriptor.tapName()) }
    return names
  }

  /// All that was observed.
  public var description: String {
    "\(helper)\n--- message \(String(describing: message)), \(descriptors.count) descriptors"
  }
}

extension Testbed {
  /// Calls a bridge helper as QEMU does, `arguments` and then `--fd=3`, a connected socket, and
  /// returns all that came of it.
  ///
  /// `wrapper` is a program that runs the arguments after it, and what it is given first. `adjust`
  /// may change the command before it starts, the hostile way: descriptors, limits, signals,
  /// arguments.
  public func requestTap(
    _ arguments: [String], as credentials: Credentials = .build, helper: String = Testbed.helper,
    behind wrapper: [String] = [], timeout: Duration = .patience,
    adjust: (inout Command) -> Void = { _ in }
  ) throws -> TapOutcome {
    let (own, theirs) = try OpenDescriptor.socketPair()
    var command = try command(wrapper + [helper] + arguments + ["--fd=3"], as: credentials)
    command.descriptors[3] = theirs
    adjust(&command)
    let completed = try command.run(timeout: timeout)
    return try TapOutcome(helper: completed, socket: own)
  }
}

extension TapOutcome {
  /// Takes the message that waits on `socket`, if any.
  public init(helper: Completed, socket: OpenDescriptor) throws(SystemCallFailure) {
    var numbers = [Int32](repeating: -1, count: 253)
    var bytes = [UInt8](repeating: 0xEE, count: 4096)
    var received = ctest_received()
    // SAFETY: each pointer is lent with the count of what it points to.
    let result = unsafe ctest_receive(
      socket.rawValue, &bytes, bytes.count, &numbers, numbers.count, &received)
    guard result == 0 || result == -EAGAIN else {
      throw SystemCallFailure("recvmsg", code: -result)
    }
    let hasMessage = result == 0 && received.length > 0
    self.helper = helper
    message = hasMessage ? Array(bytes[..<received.length]) : nil
    descriptors = numbers[..<received.descriptors].map { OpenDescriptor(owning: $0) }
    controlCount = received.control_count
    isTruncated = received.truncated != 0 || received.control_truncated != 0
  }
}

extension OpenDescriptor {
  /// The name of the interface behind it (TUNGETIFF, `<linux/if_tun.h>`).
  public func tapName() throws(SystemCallFailure) -> String {
    var name = [CChar](repeating: 0, count: 16)
    // SAFETY: the array has the IFNAMSIZ bytes that are written.
    let result = unsafe ctest_tun_name(rawValue, &name)
    guard result == 0 else { throw SystemCallFailure("TUNGETIFF", code: -result) }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
