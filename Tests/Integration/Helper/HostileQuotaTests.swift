import Foundation
import TestSupport
import Testing

/// Limits of a rule, and callers who want more.
@Suite(.requiresHelper, .timeLimit(.minutes(10)))
struct HostileQuotaTests {
  private let scene: HelperScene

  init() throws { scene = try HelperScene(acl: "allow br0 taps=4\n") }

  /// Attaches a queue to the tap of several whose name it is given, as soon as there is one.
  private static let intrude = """
    $| = 1;
    open(my $tun, "+<", "/dev/net/tun") or die;
    my ($name, $request) = (shift, undef);
    print "ready\\n";
    do { $request = pack("a16 s x22", $name, 0x1102) } until ioctl($tun, 0x400454ca, $request);
    print "attached\\n";
    sleep;
    """

  private func request(_ arguments: [String] = ["--br=br0"], as caller: Credentials = .build) throws
    -> TapOutcome
  { try scene.testbed.requestTap(arguments, as: caller) }

  @Test(arguments: 1...3)
  func fortyRacersGetFour(round: Int) throws {
    var racers: [(process: RunningProcess, socket: OpenDescriptor)] = []
    for _ in 0..<40 {
      let (own, theirs) = try OpenDescriptor.socketPair()
      var command = try scene.testbed.command([Testbed.helper, "--br=br0", "--fd=3"], as: .build)
      command.descriptors[3] = theirs
      racers.append((try command.start(), own))
    }
    var granted: [TapOutcome] = []
    for racer in racers {
      let ending = try racer.process.wait()
      let outcome = try TapOutcome(
        helper: try Command(["true"]).run(), socket: racer.socket)
      if ending == .exited(0) {
        #expect(outcome.message == [0] && outcome.descriptors.count == 1)
        granted.append(outcome)
      } else {
        #expect(ending == .exited(ExitStatus.notPermitted.rawValue))
        #expect(outcome.message == nil)
      }
    }
    #expect(granted.count == 4, "round \(round)")
    let names = try granted.flatMap { try $0.interfaceNames() }.sorted()
    #expect(names == (0..<4).map { "taprt-2-\($0)" }, "1001 in base 36, br0's index, the slots")
    #expect(try scene.taps() == names)
  }

  @Test func eachUserAndEachBridgeHasItsOwn() throws {
    try scene.write("allow all taps=1\n")
    let first = try request()
    try scene.expectGrant(first)
    #expect(try request().helper.status == ExitStatus.notPermitted.rawValue)
    let second = try request(as: .student)
    try scene.expectGrant(second)
    let third = try request(["--br=br1"])
    try scene.expectGrant(third, on: "br1")
    withExtendedLifetime((first, second, third)) {}
  }

  @Test func aTapThatIsGivenBackCountsNoMore() throws {
    try scene.write("allow br0 taps=1\n")
    for _ in 0..<3 {
      let outcome = try request()
      try scene.expectGrant(outcome)
      let over = try request()
      #expect(over.isRefusal)
      HelperScene.expectMessage(over.helper.errorBytes, "1 of 1 taps that")
      for descriptor in outcome.descriptors { descriptor.close() }
      try scene.expectNoTaps()
    }
  }

  /// The holder can make a tap outlive its descriptors, or give it to another owner. It still
  /// counts.
  @Test(arguments: [TapControl.persist, .owner])
  func whatTheHolderMayChangeChangesNoCount(control: TapControl) throws {
    try scene.write("allow br0 taps=2\n")
    let outcomes = [try request(), try request()]
    for outcome in outcomes {
      try scene.expectGrant(outcome)
      let tap = try #require(outcome.descriptors.first)
      try control.apply(control == .persist ? 1 : Int32(Credentials.student.user), to: tap)
      if control == .persist { tap.close() }
    }
    #expect(try scene.taps().count == 2)
    let over = try request()
    #expect(over.helper.status == ExitStatus.notPermitted.rawValue, "\(over)")
    #expect(over.message == nil)
    withExtendedLifetime(outcomes) {}
  }

  /// A further name does not free the slot, nor may it look like one.
  @Test func aNameOfOnesOwnIsNoWayOut() throws {
    try scene.write("allow br0 taps=1 persist\n")
    let named = try request(["--br=br0", "--name=web0"])
    #expect(try scene.expectGrant(named) == "taprt-2-0")
    for name in ["web1", "taprt-2-1", "taprt-2-0", "Trt-2-0", "tap-", "web0"] {
      let outcome = try request(["--br=br0", "--name=\(name)"])
      #expect(outcome.isRefusal && outcome.message == nil, "\(outcome)")
    }
    #expect(try scene.taps() == ["taprt-2-0"])
  }

  @Test func aNameThatIsTaken() throws {
    try scene.write("allow all persist\n")
    for name in ["br0", "br1", "lo"] {
      let outcome = try request(["--br=br0", "--name=\(name)"])
      #expect(outcome.isRefusal && outcome.message == nil, "\(outcome)")
      #expect(try scene.taps() == [])
    }
    let first = try request(["--br=br0", "--name=web0"])
    try scene.expectGrant(first)
    let second = try request(["--br=br0", "--name=web0"], as: .student)
    #expect(second.helper.status == ExitStatus.unavailable.rawValue, "\(second)")
    HelperScene.expectMessage(second.helper.errorBytes, "the name 'web0' is in use")
    #expect(try scene.taps().count == 1)
    withExtendedLifetime(first) {}
  }

  /// A name could be one that another user's virtual machine opens, or that root is going to use.
  @Test func aNameIsForThoseWhoMayHaveTapsThatStay() throws {
    try scene.expectRefusal(
      try request(["--br=br0", "--name=web0"]), .notPermitted, "--name was asked for")
  }

  @Test func moreQueuesThanTheRuleAllows() throws {
    try scene.expectRefusal(
      try request(["--br=br0", "--queues=2"]), .notPermitted, "2 queues were asked for")
    try scene.write("allow br0 queues=4\n")
    try scene.expectRefusal(
      try request(["--br=br0", "--queues=5"]), .notPermitted, "5 queues were asked for")
    try scene.expectGrant(try request(["--br=br0", "--queues=4"]), queues: 4)
  }

  /// The first rule that allows decides: a later one adds nothing.
  @Test func limitsAreNotAddedUp() throws {
    try scene.write("allow br0 taps=1\nallow all taps=9 queues=9 vhost\n")
    let first = try request()
    try scene.expectGrant(first)
    for arguments in [["--br=br0"], ["--br=br0", "--queues=2"]] {
      let over = try request(arguments)
      #expect(over.helper.status == ExitStatus.notPermitted.rawValue, "\(over)")
    }
    withExtendedLifetime(first) {}
  }

  @Test func vhostWhereThereIsNone() throws {
    try scene.write("allow br0 vhost\n")
    try scene.testbed.output(["rm", "-f", "/dev/vhost-net"])
    try scene.expectRefusal(
      try request(["--br=br0", "--vhost"]), .unavailable, "cannot open /dev/vhost-net")
  }

  /// A harmless device in its place: who may have descriptors of it, how many, and in what order.
  @Test func vhostByRuleOnly() throws {
    try scene.testbed.output([
      "sh", "-c", "rm -f /dev/vhost-net; mknod -m 600 /dev/vhost-net c 1 3",
    ])
    try scene.expectRefusal(
      try request(["--br=br0", "--vhost"]), .notPermitted, "vhost was asked for")
    try scene.write("allow br0 vhost queues=2\n")
    let outcome = try request(["--br=br0", "--vhost", "--queues=2"])
    #expect(outcome.isGrant(of: 4), "\(outcome)")
    let targets = try outcome.descriptors.map {
      try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0.rawValue)")
        .split(separator: "/").last
    }
    #expect(targets == ["tun", "tun", "vhost-net", "vhost-net"])
  }

  /// Until it has an owner, anybody may attach a queue to a tap of several, and its name can be
  /// foretold: whoever does is found when the tap is read back.
  @Test func nobodyStaysOnATapOfSeveralQueues() throws {
    try scene.write("allow br0 user=build queues=2\n")
    for _ in 0..<5 {
      let intruder = try scene.testbed.spawn(
        ["perl", "-e", Self.intrude, "taprt-2-0"], as: .stranger)
      for _ in 0..<4 {
        let outcome = try request(["--br=br0", "--queues=2"])
        guard outcome.isGrant(of: 2) else {
          try scene.expectRefusal(outcome, .failure, "somebody else attached")
          continue
        }
        let tap = try #require(outcome.interfaceNames().first)
        let link = try scene.testbed.json(["ip", "-j", "-d", "link", "show", tap])[0]
        #expect(link["linkinfo"]["info_data"]["numqueues"].integer == 2, "\(outcome)")
      }
      #expect(try intruder.waitIfEnded() == nil, "the intruder gave up")
    }
  }

  /// One who attached to a tap that then is refused does not keep its slot from its user.
  @Test func nobodyStaysOnATapThatIsRefused() throws {
    try scene.write("allow br0 user=build queues=2 taps=1\n")
    let first = try request()
    try scene.expectGrant(first)
    let (intruder, said) = try start(Self.intrude, "taprt-2-1")
    let over = try requestSlowly()
    #expect(over.helper.ending == .exited(ExitStatus.notPermitted.rawValue), "\(over)")
    let attached = try said.lines(within: .patience) { $0 == "attached" }
    let trace = try scene.testbed.read("/run/trace")
    #expect(attached != nil, "\(trace)")
    #expect(try intruder.waitIfEnded() == nil)
    #expect(try scene.taps() == ["taprt-2-0"], "\(trace)")
    withExtendedLifetime(first) {}
  }

  /// Who has left again before the tap is looked at leaves nothing behind: not a filter that drops
  /// everything.
  @Test func whoLeavesATapOfSeveralQueuesLeavesNothing() throws {
    try scene.write("allow br0 queues=2\n")
    let visit =
      Self.intrude.split(separator: "\n").dropLast().joined(separator: "\n") + """

        my $drop = pack("SCCL", 6, 0, 0, 0);
        ioctl($tun, 0x401054d5, pack("S x6 P", 1, $drop)) or die "TUNATTACHFILTER: $!";
        close($tun);
        print "left\\n";
        """
    try scene.testbed.output(["ip", "link", "set", "br0", "up"])
    let (visitor, said) = try start(visit, "taprt-2-0")
    let visited = try requestSlowly()
    let trace = try scene.testbed.read("/run/trace")
    #expect(
      try said.lines(within: .patience) { $0 == "left" } != nil, "\(said.text) \(trace)")
    try #require(visited.isGrant(of: 2), "\(visited)")
    let other = try request()
    try EthernetFrame(from: 1, "in").send(through: try #require(other.descriptors.first))
    #expect(try EthernetFrame.texts(arrivingAt: visited.descriptors, upTo: "in") == ["in"])
    try EthernetFrame(from: 2, "out").send(through: visited.descriptors[0])
    #expect(try EthernetFrame.texts(arrivingAt: other.descriptors, upTo: "out") == ["out"])
    withExtendedLifetime(visitor) {}
  }

  /// Starts a program of perl's that attaches to the tap of that name as soon as it is there.
  private func start(_ program: String, _ tap: String) throws -> (RunningProcess, LineStream) {
    let (read, write) = try OpenDescriptor.pipe()
    var intrude = try scene.testbed.command(["perl", "-e", program, tap], as: .stranger)
    intrude.descriptors[1] = write
    let intruder = try intrude.start()
    write.close()
    let said = try LineStream(reading: read)
    try #require(try said.lines(within: .patience) { $0 == "ready" } != nil)
    return (intruder, said)
  }

  /// A request for two queues of a helper that strace holds between TUNSETIFF and TUNSETOWNER, its
  /// first two ioctls.
  private func requestSlowly() throws -> TapOutcome {
    try scene.testbed.requestTap(["--br=br0", "--queues=2"], as: .root) {
      $0.arguments =
        [
          "strace", "-qq", "-u", "build", "-o", "/run/trace", "-e",
          "inject=ioctl:delay_enter=500000:when=2",
        ].map { Array($0.utf8) } + $0.arguments
      $0.program = "/usr/bin/strace"
    }
  }

  /// Another user attaches to the tap by name, as TUNSETIFF lets its owner do.
  @Test(arguments: [Credentials.build, .student, .stranger])
  func nobodyElseAttachesToATap(caller: Credentials) throws {
    let outcome = try request()
    let tap = try scene.expectGrant(outcome)
    let attach = """
      open(my $tun, "+<", "/dev/net/tun") or die;
      ioctl($tun, 0x400454ca, my $request = pack("a16 s x22", shift, 0x1002)) or die "$!\\n";
      """
    // While its descriptor is open, and once it outlives that.
    let held = try scene.testbed.run(["perl", "-e", attach, tap], as: caller)
    #expect(!held.succeeded)
    let descriptor = try #require(outcome.descriptors.first)
    try TapControl.persist.apply(1, to: descriptor)
    descriptor.close()
    // Until whoever else may have it between fork and exec has let it go.
    let deadline = Deadline(after: .patience)
    var left = held
    repeat {
      left = try scene.testbed.run(["perl", "-e", attach, tap], as: caller)
    } while left.error == "Device or resource busy\n" && deadline.milliseconds > 0
    if caller == .build {
      #expect(left.succeeded, "its owner may: \(left)")
    } else {
      #expect(left.error == "Operation not permitted\n", "\(left)")
    }
  }
}
