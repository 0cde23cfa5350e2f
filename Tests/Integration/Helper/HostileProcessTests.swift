import Glibc
import TestSupport
import Testing

/// What a caller can leave behind in the process that `execve` makes the helper: signals, timers,
/// limits, the environment, a working directory.
@Suite(.requiresHelper, .timeLimit(.minutes(10)))
struct HostileProcessTests {
  /// Signals that can be blocked or ignored.
  private static let signals = Set((1...31).map { Int32($0) }).subtracting([SIGKILL, SIGSTOP])
  /// A list that a helper with its wits about it never grants `br0` by.
  private static let denyingList = """
    allow all
    deny br1
    include /etc/tapster/deny.conf

    """

  // MARK: Signals and timers

  @Test func everySignalBlockedOrIgnored() throws {
    let scene = try HelperScene()
    try scene.expectGrant(
      try scene.testbed.requestTap(["--br=br0"]) { $0.blockedSignals = Self.signals })
    try scene.expectGrant(
      try scene.testbed.requestTap(["--br=br0"]) { $0.ignoredSignals = Self.signals })
    let refused = try scene.testbed.requestTap(["--br=br1"]) {
      $0.blockedSignals = Self.signals
      $0.ignoredSignals = Self.signals
    }
    try scene.expectRefusal(refused, .notPermitted, "may not use bridge 'br1'")
  }

  /// What the caller blocked and ignored ends a helper that hangs on the caller's own full pipe.
  @Test func signalsReachItAgain() throws {
    let scene = try HelperScene()
    let (read, write) = try OpenDescriptor.pipe()
    try write.makeNonBlocking()
    var byte: UInt8 = 0
    // SAFETY: one byte is lent, and one is written.
    while unsafe Glibc.write(write.rawValue, &byte, 1) == 1 {}
    try #require(fcntl(write.rawValue, F_SETFL, 0) == 0)
    let (own, theirs) = try OpenDescriptor.socketPair()
    var command = try scene.testbed.command([Testbed.helper, "--br=br1", "--fd=3"], as: .build)
    command.descriptors = [2: write, 3: theirs]
    command.blockedSignals = Self.signals
    command.ignoredSignals = Self.signals
    let process = try command.start()
    try process.awaitBlockedWrite(to: 2)
    process.signal(SIGTERM)
    #expect(try process.wait() == .signalled(SIGTERM))
    withExtendedLifetime((read, own)) {}
  }

  /// A list so long that the timers run out while it is read.
  @Test func timersThatAreRunning() throws {
    let scene = try HelperScene(acl: nil)
    let long = String(repeating: "allow br9 user=somebody-else\n", count: 500_000)
    try scene.testbed.write("/etc/tapster/long.conf", long)
    try scene.write(String(repeating: "include long.conf\n", count: 8) + "allow br0\n")
    let script = """
      use Time::HiRes qw(setitimer ITIMER_REAL ITIMER_VIRTUAL ITIMER_PROF);
      setitimer($_, 0.15) for (ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF);
      exec {$ARGV[0]} @ARGV;
      """
    let start = ContinuousClock.now
    let outcome = try scene.testbed.requestTap(["--br=br0"]) {
      $0.arguments = ["perl", "-e", script].map { Array($0.utf8) } + $0.arguments
      $0.program = "/usr/bin/perl"
    }
    try scene.expectGrant(outcome)
    #expect(ContinuousClock.now - start > .milliseconds(200), "over before a timer could ring")
  }

  /// Killed when it enters each of its system calls in turn.
  @Test func killedAtEverySystemCall() throws {
    let scene = try HelperScene()
    // Of what is called very often, the first eight.
    for point in try systemCalls(of: scene) where point.number <= 8 {
      let outcome = try strace(scene, "inject=\(point.name):signal=KILL:when=\(point.number)")
      #expect(outcome.helper.ending == .signalled(SIGKILL), "\(point): \(outcome)")
      if outcome.message == nil { #expect(try scene.taps() == [], "\(point)") }
      for descriptor in outcome.descriptors { descriptor.close() }
      try scene.expectNoTaps()
    }
  }

  /// Each system call that puts the process in order, takes rights away or confines it fails in
  /// turn: then there is no tap, although the list allows it. (Once the filter is in force, it
  /// kills a process whose call strace replaces: that is no grant either.)
  @Test func everyCallThatTakesRightsAwayFailing() throws {
    let scene = try HelperScene()
    let takingAway = [
      "prctl(PR_CAPBSET_DROP", "prctl(PR_SET_NO_NEW_PRIVS", "prctl(PR_SET_DUMPABLE", "setresuid(",
      "setresgid(", "setuid(", "setgid(", "capset(", "seccomp(", "prlimit64(", "setrlimit(",
      "rt_sigaction(", "setitimer(", "landlock_restrict_self(",
    ]
    var failed: Set<String> = []
    for point in try systemCalls(of: scene)
    where takingAway.contains(where: { point.text.hasPrefix($0) }) {
      let outcome = try strace(scene, "inject=\(point.name):error=ENOMEM:when=\(point.number)")
      #expect(!outcome.helper.succeeded, "\(point): \(outcome)")
      #expect(outcome.message == nil && outcome.descriptors.isEmpty, "\(point): \(outcome)")
      #expect(try scene.taps() == [], "\(point)")
      if case .exited = outcome.helper.ending { failed.insert(point.name) }
    }
    #expect(failed.isSuperset(of: ["prctl", "setresuid", "setresgid", "capset", "seccomp"]))
  }

  /// Asks for a tap on `br0` as the user `build`, traced by root.
  private func strace(
    _ scene: HelperScene, _ expression: String, output: String = "/dev/null"
  ) throws -> TapOutcome {
    try scene.testbed.requestTap(["--br=br0"], as: .root) {
      $0.arguments =
        ["strace", "-qq", "-u", "build", "-o", output, "-e", expression].map { Array($0.utf8) }
        + $0.arguments
      $0.program = "/usr/bin/strace"
    }
  }

  /// A call of a name, 1 for the first, and how strace wrote it.
  private struct SystemCall: CustomStringConvertible {
    let name: String
    let number: Int
    let text: String
    var description: String { "\(name) \(number): \(text)" }
  }

  /// The calls that one request makes, in order.
  private func systemCalls(of scene: HelperScene) throws -> [SystemCall] {
    let outcome = try strace(scene, "trace=all", output: "/run/trace")
    for descriptor in outcome.descriptors { descriptor.close() }
    try scene.expectNoTaps()
    var counts: [String: Int] = [:]
    var calls: [SystemCall] = []
    for line in try scene.testbed.read("/run/trace").split(separator: "\n") {
      guard let end = line.firstIndex(of: "("), line.first?.isLetter == true else { continue }
      let name = String(line[..<end])
      counts[name, default: 0] += 1
      // execve is strace's own.
      guard name != "execve", let number = counts[name] else { continue }
      calls.append(SystemCall(name: name, number: number, text: String(line)))
    }
    try #require(calls.count > 40, "strace did not see what it was to see")
    return calls
  }

  // MARK: Limits

  /// Without descriptors to spare the list cannot be read whole, and half a list is none: the deny
  /// stands in the include, or needs `/etc/group`. Below three, musl ends a set-user-ID program
  /// itself, before `main`: it cannot make sure of descriptors 0 to 2 then.
  @Test(arguments: [
    "allow br0\ninclude /etc/tapster/deny.conf\n", "allow br0\ndeny br0 group=students\n",
  ])
  func fewDescriptors(acl: String) throws {
    let scene = try HelperScene(acl: acl)
    try scene.testbed.write("/etc/tapster/deny.conf", "deny br0\n")
    var statuses = Set<Int32>()
    for limit in UInt64(0)...16 {
      let outcome = try scene.testbed.requestTap(["--br=br0"], as: .student) {
        $0.limits = [.init(Int32(RLIMIT_NOFILE.rawValue), limit)]
      }
      #expect(outcome.message == nil, "\(limit): \(outcome)")
      #expect(try scene.taps() == [])
      if limit < 3, outcome.helper.ending == .signalled(SIGSEGV) { continue }
      statuses.insert(try #require(outcome.helper.status, "\(limit): \(outcome)"))
      HelperScene.expectMessage(outcome.helper.errorBytes)
    }
    #expect(statuses.contains(ExitStatus.notPermitted.rawValue), "with enough of them")
    #expect(statuses.count > 1, "the limit was never felt")
  }

  @Test func fewDescriptorsForAGrant() throws {
    let scene = try HelperScene()
    var grants = 0
    for limit in UInt64(0)...16 {
      let outcome = try scene.testbed.requestTap(["--br=br0"]) {
        $0.limits = [.init(Int32(RLIMIT_NOFILE.rawValue), limit)]
      }
      if outcome.isGrant() {
        grants += 1
      } else if limit >= 3 || outcome.helper.ending != .signalled(SIGSEGV) {
        #expect(outcome.isRefusal, "\(limit): \(outcome)")
      }
      for descriptor in outcome.descriptors { descriptor.close() }
      try scene.expectNoTaps()
    }
    #expect(grants > 0 && grants < 17)
  }

  /// Whatever becomes of it, it makes nothing that it must not. (The kernel itself kills a program
  /// that does not fit.)
  @Test(arguments: [RLIMIT_AS, RLIMIT_DATA, RLIMIT_STACK])
  func littleMemory(resource: __rlimit_resource) throws {
    let scene = try HelperScene(acl: Self.denyingList)
    let long = String(repeating: "allow br9 user=somebody-else\n", count: 20_000)
    try scene.testbed.write("/etc/tapster/deny.conf", long + "deny br0 user=build\n")
    var refusals = 0
    for shift in UInt64(12)...26 {
      for limit in [UInt64(1) << shift, UInt64(3) << (shift - 1)] {
        var command = try scene.testbed.command([Testbed.helper, "--br=br0", "--fd=3"], as: .build)
        let (own, theirs) = try OpenDescriptor.socketPair()
        command.descriptors[3] = theirs
        command.limits = [.init(Int32(resource.rawValue), limit)]
        // With too small a stack there is no room for the arguments, and execve itself fails.
        guard let completed = try? command.run() else { continue }
        let outcome = try TapOutcome(helper: completed, socket: own)
        #expect(!outcome.helper.succeeded && outcome.message == nil, "\(limit): \(outcome)")
        #expect(try scene.taps() == [])
        if outcome.helper.status == ExitStatus.notPermitted.rawValue { refusals += 1 }
      }
    }
    #expect(refusals > 0, "no limit was large enough for an answer")
  }

  @Test(arguments: [
    RLIMIT_FSIZE, RLIMIT_CORE, __RLIMIT_MEMLOCK, __RLIMIT_SIGPENDING, __RLIMIT_MSGQUEUE,
    __RLIMIT_NICE,
    __RLIMIT_RTPRIO, __RLIMIT_LOCKS, __RLIMIT_RSS,
  ])
  func limitsThatDoNotConcernIt(resource: __rlimit_resource) throws {
    let scene = try HelperScene()
    let none = Command.Limit(Int32(resource.rawValue), 0)
    try scene.expectGrant(try scene.testbed.requestTap(["--br=br0"]) { $0.limits = [none] })
    let refused = try scene.testbed.requestTap(["--br=br1"]) { $0.limits = [none] }
    try scene.expectRefusal(refused, .notPermitted, "br1")
  }

  @Test func fewProcessesAndLittleTime() throws {
    let scene = try HelperScene()
    // The kernel counts a user's processes on the whole machine, so he is one no other test runs
    // as.
    let alone = Credentials(name: "4243", user: 4243, group: 4243)
    try scene.expectGrant(
      try scene.testbed.requestTap(["--br=br0"], as: alone) {
        $0.limits = [
          .init(Int32(__RLIMIT_NPROC.rawValue), 1), .init(Int32(RLIMIT_CPU.rawValue), 1),
        ]
      })
  }

  // MARK: The environment and the working directory

  private static let environment = [
    "LD_PRELOAD": "/run/testbed/scratch/evil.so", "LD_LIBRARY_PATH": "/run/testbed/scratch",
    "LD_AUDIT": "/run/testbed/scratch/evil.so", "LD_DEBUG": "all", "LD_SHOW_AUXV": "1",
    "GLIBC_TUNABLES": "glibc.malloc.check=3:glibc.malloc.tcache_count=0:glibc.malloc.mxfast=x",
    "MALLOC_CHECK_": "3", "MALLOC_TRACE": "/run/testbed/scratch/trace", "MALLOC_PERTURB_": "255",
    "MALLOC_ARENA_MAX": "0", "NLDBG": "9", "NLCB": "debug", "LANG": "tlh_KX.UTF-8",
    "LC_ALL": "x/../../y",
    "LANGUAGE": "tlh", "LOCPATH": "/run/testbed/scratch", "NLSPATH": "/run/testbed/scratch/%N",
    "TZ": ":/etc/shadow", "TMPDIR": "/run/testbed/scratch", "GCONV_PATH": "/run/testbed/scratch",
    "RESOLV_HOST_CONF": "/etc/shadow", "SWIFT_DEBUG_ENABLE_MALLOC_SCRIBBLE": "1", "PATH": "",
    "IFS": "/", "": "",
  ]

  @Test func noVariableChangesAnything() throws {
    let scene = try HelperScene()
    var environments = [Self.environment, [:]]
    environments += Self.environment.map { [$0.key: $0.value] }
    environments.append(
      Dictionary(
        uniqueKeysWithValues: (0..<64).map { ("V\($0)", String(repeating: "x", count: 16_384)) }))
    for environment in environments {
      let outcome = try scene.testbed.requestTap(["--br=br0"]) { $0.environment = environment }
      try scene.expectGrant(outcome)
      #expect(outcome.helper.outputBytes.isEmpty && outcome.helper.errorBytes.isEmpty, "\(outcome)")
    }
    let plain = try scene.testbed.requestTap(["--br=br1"])
    let odd = try scene.testbed.requestTap(["--br=br1"]) { $0.environment = Self.environment }
    #expect(plain.helper.errorBytes == odd.helper.errorBytes)
    #expect(try scene.testbed.output(["ls", Testbed.scratch]) == "", "nothing was written")
  }

  @Test(arguments: [
    "mkdir d && cd d && rmdir ../d", "mkdir -m 700 d && cd d && chmod 0 ../d", "mkfifo acl.conf",
  ])
  func theWorkingDirectoryDoesNotMatter(preparation: String) throws {
    let scene = try HelperScene()
    for (bridge, status) in [("br0", Int32(0)), ("br1", ExitStatus.notPermitted.rawValue)] {
      let outcome = try scene.testbed.requestTap(["--br=\(bridge)"]) {
        $0.arguments =
          ["sh", "-ec", "rm -rf d acl.conf; \(preparation); exec \"$@\"", "sh"].map {
            Array($0.utf8)
          }
          + $0.arguments
        $0.program = "/bin/sh"
        $0.directory = Testbed.scratch
      }
      #expect(outcome.helper.status == status, "\(outcome)")
    }
  }

  @Test func itSaysWhyItHasNoPrivilege() throws {
    let scene = try HelperScene()
    let forbidden = try scene.testbed.requestTap(["--br=br0"]) { $0.noNewPrivileges = true }
    try scene.expectRefusal(forbidden, .failure, "no_new_privs")
    try scene.testbed.output([
      "install", "-m", "755", Testbed.helper, "\(Testbed.directory)/bin/plain",
    ])
    let plain = try scene.testbed.requestTap(
      ["--br=br0"], helper: "\(Testbed.directory)/bin/plain")
    try scene.expectRefusal(plain, .failure, "neither set-user-ID root nor CAP_NET_ADMIN")
  }
}
