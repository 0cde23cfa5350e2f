import Glibc
import TestSupport
import Testing

/// Descriptors that the caller prepared: the one that `--fd` names, and the standard ones.
@Suite(.requiresHelper, .timeLimit(.minutes(10)))
struct HostileDescriptorsTests {
  private let scene: HelperScene

  init() throws { scene = try HelperScene() }

  @Test(arguments: WrongDescriptor.allCases)
  func whatIsNoConnectedUnixSocket(kind: WrongDescriptor) throws {
    let made = try kind.make(in: scene.testbed)
    let outcome = try scene.testbed.requestTap(["--br=br0"]) { $0.descriptors[3] = made?.0 }
    try scene.expectRefusal(outcome, .usage, kind.words)
    withExtendedLifetime(made) {}
  }

  /// What the helper opens itself lands on the lowest free numbers, and must not be taken for the
  /// caller's.
  @Test func everyNumberThatIsNotOpen() throws {
    for number in [3, 4, 5, 6, 7, 8, 9, 10, 100, 1023, 1024, 65_536, 2_147_483_647] {
      let outcome = try scene.testbed.requestTap(["--br=br0"]) {
        $0.descriptors[3] = nil
        $0.arguments[2] = Array("--fd=\(number)".utf8)
      }
      try scene.expectRefusal(outcome, .usage, "is not open")
    }
  }

  @Test(arguments: SocketKind.allCases)
  func everyKindOfConnectedUnixSocketWillDo(kind: SocketKind) throws {
    let (own, theirs) = try OpenDescriptor.socketPair(kind)
    var command = try scene.testbed.command(
      [Testbed.helper, "--br=br0", "--fd=3"], as: .build)
    command.descriptors[3] = theirs
    let outcome = try TapOutcome(helper: try command.run(), socket: own)
    try scene.expectGrant(outcome)
  }

  @Test(arguments: SocketKind.allCases)
  func aPeerThatIsGone(kind: SocketKind) throws {
    let (own, theirs) = try OpenDescriptor.socketPair(kind)
    own.close()
    let outcome = try scene.testbed.requestTap(["--br=br0"]) { $0.descriptors[3] = theirs }
    // Whether a datagram socket that lost its peer is still connected is the kernel's affair.
    let status = try #require(outcome.helper.status, "\(outcome)")
    try scene.expectRefusal(
      outcome, try #require([.usage, .failure].first { $0.rawValue == status }), "descriptor 3")
  }

  @Test func aPeerThatReadsNothing() throws {
    let (own, theirs) = try OpenDescriptor.socketPair()
    try theirs.makeNonBlocking()
    fill(theirs)
    // The open file blocks: it is the helper that must not.
    #expect(fcntl(theirs.rawValue, F_SETFL, 0) == 0)
    let outcome = try scene.testbed.requestTap(["--br=br0"]) { $0.descriptors[3] = theirs }
    try scene.expectRefusal(outcome, .failure, "Resource temporarily unavailable")
    withExtendedLifetime(own) {}
  }

  @Test(arguments: [[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]] as [Set<Int32>])
  func standardDescriptorsThatAreClosed(closed: Set<Int32>) throws {
    let granted = try scene.testbed.requestTap(["--br=br0"]) {
      $0.closedStandardDescriptors = closed
    }
    try scene.expectGrant(granted)
    for descriptor in granted.descriptors { descriptor.close() }
    try scene.expectNoTaps()
    // What is opened first would be descriptor 2, and get the message written into it.
    let refused = try scene.testbed.requestTap(["--br=br1"]) {
      $0.closedStandardDescriptors = closed
    }
    #expect(refused.helper.ending == .exited(ExitStatus.notPermitted.rawValue), "\(refused)")
    #expect(refused.message == nil)
    #expect(refused.helper.errorBytes.isEmpty == closed.contains(2))
    #expect(try scene.taps() == [])
  }

  /// CVE-2014-0181: a privileged program's words, written to a netlink socket of the caller's.
  @Test func standardErrorThatIsANetlinkSocket() throws {
    // Protocol 0 is NETLINK_ROUTE.
    let number = socket(AF_NETLINK, Int32(SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue), 0)
    try #require(number >= 0)
    let netlink = OpenDescriptor(owning: number)
    let outcome = try scene.testbed.requestTap(["--br=br1"]) { $0.descriptors[2] = netlink }
    #expect(outcome.helper.ending == .exited(ExitStatus.notPermitted.rawValue), "\(outcome)")
    #expect(try scene.testbed.links() == ["lo", "br0", "br1"])
  }

  /// Who does not read his messages waits for himself: the helper has given up everything by then.
  @Test func standardErrorThatIsAFullPipe() throws {
    let (read, write) = try OpenDescriptor.pipe()
    try write.makeNonBlocking()
    fill(write)
    #expect(fcntl(write.rawValue, F_SETFL, 0) == 0)
    let (own, theirs) = try OpenDescriptor.socketPair()
    var command = try scene.testbed.command([Testbed.helper, "--br=br1", "--fd=3"], as: .build)
    command.descriptors = [2: write, 3: theirs]
    let process = try command.start()
    write.close()
    try process.awaitBlockedWrite(to: 2)

    let status = try scene.testbed.output(["cat", "/proc/\(process.process)/status"])
    // Not dumpable: what a privileged program has in memory is not its caller's to read.
    let memory = try scene.testbed.run(["cat", "/proc/\(process.process)/environ"], as: .build)
    #expect(memory.error.contains("Permission denied"), "\(memory)")
    for set in ["CapPrm", "CapEff"] { #expect(status.contains("\(set):\t0000000000000000\n")) }
    #expect(try scene.taps() == [])

    try read.makeNonBlocking()
    while try process.waitIfEnded() == nil { drain(read) }
    #expect(try process.wait() == .exited(ExitStatus.notPermitted.rawValue))
    withExtendedLifetime(own) {}
  }

  /// libvirt reads no further once the socket that it gave us has closed. So the helper lives until
  /// its message has been read; but not for ever.
  @Test func standardErrorThatNobodyReads() throws {
    let (read, write) = try OpenDescriptor.pipe()
    let (own, theirs) = try OpenDescriptor.socketPair()
    var command = try scene.testbed.command([Testbed.helper, "--br=br1", "--fd=3"], as: .build)
    command.descriptors = [2: write, 3: theirs]
    let start = ContinuousClock.now
    let process = try command.start()
    command.descriptors = [:]
    for end in [write, theirs] { end.close() }
    #expect(try process.wait() == .exited(ExitStatus.notPermitted.rawValue))
    #expect(ContinuousClock.now - start >= .seconds(1), "it did not wait for the reader")
    let said = try LineStream(reading: read).drain(within: .patience)
    HelperScene.expectMessage(Array(said.utf8), "may not use bridge 'br1'")
    withExtendedLifetime(own) {}
  }

  @Test func aHundredDescriptorsOfTheCallers() throws {
    let strays = try (0..<100).map { _ in try OpenDescriptor(path: "/dev/null", flags: O_RDONLY) }
    let outcome = try scene.testbed.requestTap(["--br=br0"]) {
      for (index, stray) in strays.enumerated() { $0.descriptors[Int32(4 + index)] = stray }
    }
    try scene.expectGrant(outcome)
  }

  private func fill(_ descriptor: OpenDescriptor) {
    var byte: UInt8 = 0
    // SAFETY: one byte is lent, and one is written.
    while unsafe write(descriptor.rawValue, &byte, 1) == 1 {}
  }

  private func drain(_ descriptor: OpenDescriptor) {
    var buffer = [UInt8](repeating: 0, count: 65536)
    guard (try? Deadline(after: .patience).awaitReadable(descriptor.rawValue)) == true else {
      return
    }
    // SAFETY: the buffer has the size that the call is told.
    _ = unsafe read(descriptor.rawValue, &buffer, buffer.count)
  }
}
