internal import Foundation
internal import Glibc

/// A virtual machine: QEMU with the guest of `Tests/Guest`, its serial console a shell that the
/// test talks to.
///
/// One thread at a time. QEMU is killed when nobody holds this object any more.
public final class Guest {
  /// What a command in the guest printed, and its exit status.
  public struct Answer: Sendable, CustomStringConvertible {
    /// The exit status.
    public let status: Int
    /// Both outputs, without line ends.
    public let lines: [String]
    /// Status and lines.
    public var description: String { "status \(status): \(lines.joined(separator: "\n"))" }
  }

  /// The guest did not do what was waited for.
  public struct Failed: Error, CustomStringConvertible {
    /// What was waited for.
    public let event: String
    /// What QEMU wrote to its standard error: that of a bridge helper too.
    public let error: String
    /// What the console showed.
    public let console: String
    /// How QEMU ended, or nil if it still ran.
    public let ending: Ending?
    /// All of it.
    public var description: String {
      """
      no \(event); QEMU: \(ending.map { "\($0)" } ?? "running")
      --- stderr
      \(error)
      --- console
      \(console)
      """
    }
  }

  /// Whether `Tests/Guest/build-guest` has run. Use as `.enabled(if: Guest.isBuilt, …)`.
  public static let isBuilt = FileManager.default.fileExists(
    atPath: "\(Binaries.root)/.build-guest/initramfs")

  /// QEMU itself.
  public let emulator: RunningProcess
  private let keyboard: OpenDescriptor
  private let console: LineStream
  private let complaints: LineStream

  /// Arguments of QEMU for the guest with a network card at `netdev` (all of `-netdev` but its
  /// `id`).
  ///
  /// TCG: needs no KVM. `address` is the card's hardware address; it has `queues` pairs of queues,
  /// and the guest as many processors.
  public static func arguments(netdev: String, address: String, queues: Int = 1) -> [String] {
    machine() + [
      "-netdev", "\(netdev),id=net0",
      "-smp", "\(queues)",
      "-device",
      "virtio-net-pci,netdev=net0,romfile=,mac=\(address)"
        + (queues > 1 ? ",mq=on,vectors=\(2 * queues + 2)" : ""),
    ]
  }

  /// Arguments of QEMU for a guest without a network card. `memory` is in megabytes.
  public static func machine(
    memory: Int = 128, initramfs: String = "\(Testbed.directory)/guest/initramfs"
  ) -> [String] {
    [
      "qemu-system-x86_64", "-machine", "q35", "-accel", "tcg", "-cpu", "max", "-m", "\(memory)",
      "-nodefaults", "-display", "none", "-serial", "stdio", "-no-reboot",
      "-kernel", "\(Testbed.directory)/guest/vmlinuz",
      "-initrd", initramfs,
      // On a busy machine without KVM the kernel may see too few ticks, and take the timer for
      // broken.
      "-append", "console=ttyS0 no_timer_check quiet loglevel=1",
    ]
  }

  /// Boots a guest in `testbed` and waits until its console answers.
  ///
  /// `taps` become its descriptors 3, 4, ... and its queues, for `tap,fds=3:4`. `wrapper` is a
  /// program that runs the arguments after it, and what it is given first. Throws ``Failed`` if
  /// QEMU ends first or `timeout` passes.
  public convenience init(
    on testbed: Testbed, netdev: String, address: String = "52:54:00:00:00:01",
    taps: [OpenDescriptor] = [], behind wrapper: [String] = [],
    as credentials: Credentials = .build,
    timeout: Duration = .patienceWithGuests
  ) throws {
    var command = try testbed.command(
      wrapper + Self.arguments(netdev: netdev, address: address, queues: max(1, taps.count)),
      as: credentials)
    for (number, tap) in zip(Int32(3)..., taps) { command.descriptors[number] = tap }
    try self.init(command, timeout: timeout)
  }

  /// Boots a guest of another `initramfs`, of that much `memory` in megabytes and without a network
  /// card, as the administrator; waits as above.
  public convenience init(
    on testbed: Testbed, initramfs: String, memory: Int, timeout: Duration = .patienceWithGuests
  ) throws {
    try self.init(
      try testbed.command(Self.machine(memory: memory, initramfs: initramfs)), timeout: timeout)
  }

  /// Starts a QEMU whose serial console is its standard input and output, and waits as above.
  public init(_ command: Command, timeout: Duration = .patienceWithGuests) throws {
    var command = command
    let (input, keyboard) = try OpenDescriptor.pipe()
    let (screen, output) = try OpenDescriptor.pipe()
    let (complaints, error) = try OpenDescriptor.pipe()
    command.descriptors.merge([0: input, 1: output, 2: error]) { $1 }
    emulator = try command.start()
    for end in [input, output, error] { end.close() }
    self.keyboard = keyboard
    console = try LineStream(reading: screen)
    self.complaints = try LineStream(reading: complaints)
    _ = try lines(upTo: "guest: ready", timeout: timeout)
  }

  /// Runs a line of shell in the guest. `dhcp`, `resolve NAME` and `fetch HOST /PATH` are there
  /// beside busybox.
  public func run(_ line: String, timeout: Duration = .patienceWithGuests) throws -> Answer {
    let bytes = Array((line + "\n").utf8)
    // SAFETY: write reads no more than the array has.
    let written = unsafe write(keyboard.rawValue, bytes, bytes.count)
    guard written == bytes.count else { throw SystemCallFailure("write to the guest's console") }
    let (before, last) = try lines(upTo: "guest: status ", timeout: timeout)
    return Answer(
      status: Int(last.dropFirst("guest: status ".count)) ?? -1,
      lines: before.filter { $0.hasPrefix("guest| ") }.map { String($0.dropFirst("guest| ".count)) }
    )
  }

  /// Switches the guest off and waits for QEMU's end.
  @discardableResult
  public func powerOff() throws -> Ending {
    let line = Array("poweroff -f\n".utf8)
    // SAFETY: as in run.
    _ = unsafe write(keyboard.rawValue, line, line.count)
    return try emulator.wait()
  }

  /// Lines of the console until one starts with `prefix`, and that one.
  private func lines(
    upTo prefix: String, timeout: Duration
  ) throws -> (before: [String], last: String) {
    // The firmware leaves escape sequences in front of the first line.
    let found = try console.lines(within: timeout) { $0.contains(prefix) }
    if let found { return found }
    // Its outputs close a little before it can be waited for.
    let ending = try emulator.waitIfEnded(within: .seconds(10))
    throw Failed(
      event: "line '\(prefix)'", error: try complaints.drain(within: .seconds(2)),
      console: console.text, ending: ending)
  }
}
