import Foundation
import Glibc
import TestSupport
import Testing

/// Commands that need root, typed by users: run again through pkexec, as polkitd decides.
@Suite(.requiresPolkit)
struct PolkitTests {
  @Test func aMemberOfTheGroupNeedsNoSudo() throws {
    let scene = try PolkitScene()
    let started = try scene.tapster("net-start", "default", as: .student)
    #expect(started.succeeded, "\(started)")
    #expect(started.output == "Network default started\n\n")
    #expect(started.error == PolkitScene.asking("net-start"))
    #expect(try scene.testbed.links().contains("virbr0"))
    let quiet = try scene.tapster("--quiet", "net-destroy", "default", as: .student)
    #expect(quiet.succeeded && quiet.output == "" && quiet.error == "", "\(quiet)")
    #expect(try !scene.testbed.links().contains("virbr0"))
  }

  @Test func anybodyElseIsToldWhatToDo() throws {
    let scene = try PolkitScene()
    let refused = try scene.tapster("net-start", "default", as: .build)
    #expect(refused.status == 1, "\(refused)")
    #expect(refused.error.hasPrefix(PolkitScene.asking("net-start")))
    #expect(
      refused.error.contains(
        "error: polkit does not let you do that as root (org.tapster.networks.manage)\n  an adm"))
    #expect(try scene.testbed.links() == ["lo"])
  }

  @Test func theAccessListIsNotTheGroups() throws {
    let scene = try PolkitScene()
    let refused = try scene.tapster("acl-add", "allow", "virbr0", as: .student)
    #expect(refused.status == 1, "\(refused)")
    #expect(refused.error.contains("as root (org.tapster.acl.manage)"), "\(refused)")
  }

  @Test func filesAreOpenedByWhoNamesThem() throws {
    let scene = try PolkitScene()
    try scene.write("lab.xml", "lab", owner: .student)
    let defined = try scene.tapster("net-define", "lab.xml", as: .student)
    #expect(defined.output == "Network lab defined from lab.xml\n\n", "\(defined)")
    try scene.tapster("net-undefine", "lab", as: .student).checked()
    let piped = try scene.shell(
      "cat lab.xml | \(PolkitScene.tapster) net-define /dev/fd/0", as: .student)
    #expect(piped.output == "Network lab defined from /dev/fd/0\n\n", "\(piped)")
    let entry = try scene.shell(
      """
      echo '<host mac="52:54:00:00:00:07" name="a" ip="192.168.122.7"/>' >host.xml
      \(PolkitScene.tapster) net-update default add ip-dhcp-host host.xml
      """, as: .student)
    #expect(entry.succeeded, "\(entry)")
    #expect(try scene.testbed.read("/etc/tapster/networks/default.xml").contains("192.168.122.7"))

    try scene.write("roots.xml", "roots", owner: .root)
    let closed = try scene.tapster("net-define", "roots.xml", as: .student)
    #expect(closed.error == "error: Failed to open file 'roots.xml': Permission denied\n")
    #expect(closed.status == 1)
  }

  /// Whoever calls pkexec himself, as our program does, gets no further.
  @Test func rootOpensNothing() throws {
    let scene = try PolkitScene()
    try scene.write("roots.xml", "roots", owner: .root)
    for name in ["roots.xml", "\(Testbed.scratch)/roots.xml", "/dev/stdin", "/proc/self/fd/0"] {
      // O_PATH (010000000) needs no permission, and no shell opens a file like that.
      let taken = try scene.shell(
        """
        perl -e 'sysopen(F, "roots.xml", 010000000) or die "no O_PATH: $!";
          open(STDIN, "<&=", fileno(F)) or die "no standard input: $!";
          exit(system(@ARGV) >> 8)' "$@"
        """,
        [
          "pkexec", PolkitScene.tapster, "--authorized-by=org.tapster.networks.manage",
          "net-define", name,
        ], as: .student)
      #expect(taken.status == 1, "\(taken)")
      #expect(taken.error == "error: Failed to read file '\(name)': Bad file descriptor\n")
      #expect(!scene.testbed.exists("/etc/tapster/networks/roots.xml"), "\(name)")
    }
  }

  @Test(arguments: ["net-define", "net-create"], [PolkitScene.options, PolkitScene.files])
  func whatReachesBeyondNetworksIsRefused(command: String, elements: String) throws {
    let scene = try PolkitScene()
    try scene.write("lab.xml", "lab", elements, owner: .student)
    let refused = try scene.tapster(command, "lab.xml", as: .student)
    #expect(refused.status == 1, "\(refused)")
    #expect(
      refused.error.contains("polkit's permission to manage networks is not enough\n  an adm"),
      "\(refused)")
    #expect(!scene.testbed.exists("/etc/tapster/networks/lab.xml"))
    #expect(try !scene.testbed.links().contains("br-lab"))
    // Of root it is not.
    let own = try scene.testbed.run([
      PolkitScene.tapster, command, "\(Testbed.scratch)/lab.xml",
    ])
    #expect(own.succeeded, "\(own)")
  }

  @Test func editorsRunAsTheUser() throws {
    let scene = try PolkitScene()
    try scene.write("lab.xml", "lab", PolkitScene.options, owner: .root)
    try scene.testbed.output([
      PolkitScene.tapster, "net-define", "\(Testbed.scratch)/lab.xml",
    ])
    try scene.testbed.write(
      "\(Testbed.scratch)/editor", "#!/bin/sh\nid -u >editor.user\nsed -i \"$EDIT\" \"$1\"\n",
      mode: 0o755)
    func edit(_ expression: String, _ arguments: String...) throws -> Completed {
      try scene.shell(
        "exec \(PolkitScene.tapster) \"$@\"", arguments, as: .student,
        environment: ["EDITOR": "./editor", "EDIT": expression])
    }
    // What the administrator had given the network may stay.
    let renamed = try edit("s/br-lab/br-den/", "net-edit", "lab")
    #expect(renamed.output == "Network lab XML configuration edited.\n\n", "\(renamed)")
    #expect(try scene.testbed.read("\(Testbed.scratch)/editor.user") == "1002\n")
    #expect(try scene.testbed.read("/etc/tapster/networks/lab.xml").contains("br-den"))
    let more = try edit("s,/tmp/mine,/tmp/yours,", "net-edit", "lab")
    #expect(more.status == 1, "\(more)")
    #expect(more.error.contains("is not enough"), "\(more)")
    #expect(more.error.contains("what you wrote is kept in /tmp/"), "\(more)")
    #expect(try scene.testbed.read("/etc/tapster/networks/lab.xml").contains("/tmp/mine"))

    let described = try edit("$ a for me", "net-desc", "lab", "x", "--edit")
    #expect(described.succeeded, "\(described)")
    #expect(
      try scene.tapster("--quiet", "net-desc", "lab", as: .student).output == "x\nfor me\n")
    // Called by himself, pkexec opens no editor of root's.
    let forced = try scene.shell(
      "pkexec \"$@\"; exit $?",
      [
        PolkitScene.tapster, "--authorized-by=org.tapster.networks.manage", "net-edit", "lab",
      ], as: .student, environment: ["EDITOR": "./editor", "EDIT": "s/x/y/"])
    #expect(forced.status == 1, "\(forced)")
    #expect(try scene.testbed.read("\(Testbed.scratch)/editor.user") == "1002\n")
  }

  @Test(arguments: [
    ("networks.read", "net-destroy"), ("networks.read", "net-desc"), ("networks.manage", "acl-add"),
    ("networks.manage", "--help"), ("networks.manage", "help"), ("networks.manage", ""),
  ])
  func anActionAllowsItsCommandsAlone(action: String, command: String) throws {
    let scene = try PolkitScene()
    let refused = try scene.shell(
      "pkexec \"$@\"; exit $?",
      [PolkitScene.tapster, "--authorized-by=org.tapster.\(action)", command, "default"],
      as: .student)
    #expect(refused.status == 1, "\(refused)")
    #expect(refused.error == "error: org.tapster.\(action) does not allow '\(command)'\n")
  }

  @Test func whatIsClosedIsShownToTheGroup() throws {
    let scene = try PolkitScene()
    try scene.testbed.output(["chmod", "700", "/etc/tapster/networks"])
    let shown = try scene.tapster("net-list", "--all", "--name", as: .student)
    #expect(shown.output == "default\n\n", "\(shown)")
    #expect(shown.error == PolkitScene.asking("net-list", "org.tapster.networks.read"))
    let refused = try scene.tapster("net-list", "--all", "--name", as: .build)
    #expect(refused.status == 1 && refused.output == "\n", "\(refused)")
  }

  /// polkit is asked about nothing but the program that the policy names, where only root can have
  /// put it.
  @Test func noOtherProgramIsRunAgain() throws {
    let scene = try PolkitScene()
    let message = "error: this has to be done as root\n  try: sudo tapster …, or pkexec tapster …\n"
    let other = try scene.testbed.run([Testbed.tapster, "net-start", "default"], as: .student)
    #expect(other.error == message)
    try scene.testbed.output(["chmod", "o+w", "\(Testbed.directory)/usr/bin"])
    #expect(try scene.tapster("net-start", "default", as: .student).error == message)
    try scene.testbed.output(["chmod", "o-w", "\(Testbed.directory)/usr/bin"])
    #expect(try scene.tapster("net-start", "default", as: .student).succeeded)
    let marked = try scene.tapster(
      "--authorized-by=org.tapster.networks.manage", "net-destroy", "default", as: .student)
    #expect(marked.error.contains("is for pkexec, which gives it"), "\(marked)")
  }

  @Test func whatTheCallerIgnoresAndMasksIsNotRoots() throws {
    let scene = try PolkitScene()
    let marked = try scene.shell(
      "umask 077; trap '' CHLD TERM; exec \(PolkitScene.tapster) net-autostart default",
      as: .student)
    #expect(marked.succeeded, "\(marked)")
    try scene.testbed.output(["rm", "-rf", "/run/tapster"])
    let started = try scene.shell(
      "umask 077; trap '' CHLD TERM; exec \(PolkitScene.tapster) net-start default", as: .student)
    #expect(started.succeeded, "\(started)")
    let seen = try scene.testbed.run(
      [PolkitScene.tapster, "net-list", "--name"], as: .stranger)
    #expect(seen.output == "default\n\n", "\(seen)")
    // dnsmasq, too, can be told to end.
    #expect(try scene.tapster("net-destroy", "default", as: .student).succeeded)
  }

  /// Whoever starts a process that runs as root from then on, and may hold locks that others wait
  /// for, has set nothing in it: neither its place behind all others nor its limits, and his
  /// terminal does not stop it.
  @Test func whoIsServedHasNoHoldOnTheProcess() throws {
    let scene = try PolkitScene()
    // Full, so that room in it tells that the program reads, which it does as root.
    let (read, write) = try OpenDescriptor.pipe()
    try write.makeNonBlocking()
    let spaces = [UInt8](repeating: UInt8(ascii: " "), count: 4096)
    // SAFETY: the array has the size that the call is told.
    while unsafe Glibc.write(write.rawValue, spaces, spaces.count) > 0 {}
    var command = try scene.testbed.command(
      ["sh", "-c", "\(Self.hold)\nexit 0", "sh"]
        + ["pkexec", PolkitScene.tapster, "--authorized-by=org.tapster.networks.manage"]
        + ["net-define", "/dev/stdin"], as: .student)
    command.descriptors = [0: read]
    command.limits = Self.limits
    command.ignoredSignals = [SIGTERM, SIGCHLD, SIGHUP]
    command.blockedSignals = [SIGTERM, SIGINT, SIGCHLD]
    command.fileModeMask = 0o077
    let starter = try command.start()
    read.close()
    let events = try Deadline(after: .patience).poll([(write.rawValue, POLLOUT)])
    try #require(events[0] & POLLOUT != 0, "nobody reads")

    let served = try #require(
      scene.testbed.processes().first {
        let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\($0)/exe")
        return program?.hasSuffix("/usr/bin/tapster") == true
      })
    let status = try scene.testbed.status(of: served)
    #expect(status["Uid"] == "0 0 0 0")
    try expectUnbound(served, scene.testbed)
    #expect(status["Umask"] == "0022")
    #expect(status["SigBlk"].flatMap { UInt64($0, radix: 16) } == 0, "\(status)")
    // A pipe that nobody reads does not end it.
    let kept = [SIGTSTP, SIGTTIN, SIGTTOU, SIGPIPE]
    let ignored = kept.reduce(UInt64(0)) { $0 | 1 << UInt64($1 - 1) }
    // Those from 32 on are the C library's own, or nobody's.
    let seen = status["SigIgn"].flatMap { UInt64($0, radix: 16) }.map { $0 & 0x7FFF_FFFF }
    #expect(seen == ignored, "\(status)")
    write.close()
    _ = try starter.wait()

    // What it starts, stays: dnsmasq, which serves all.
    let started = try scene.shell(
      "\(Self.hold)\nexit $?", [PolkitScene.tapster, "net-start", "default"], as: .student)
    #expect(started.succeeded, "\(started)")
    let dnsmasq = try #require(
      Int32(
        scene.testbed.read("/run/tapster/networks/default/dnsmasq.pid")
          .trimmingCharacters(in: .whitespacesAndNewlines)))
    try expectUnbound(dnsmasq, scene.testbed)
  }

  /// A timer of whoever starts it would end it (`man 2 setitimer`), and blocked signals would not.
  @Test func noTimerOfTheCallersRuns() throws {
    let scene = try PolkitScene()
    let (read, write) = try OpenDescriptor.pipe()
    var command = try scene.testbed.command([
      "perl", "-e", "alarm 3; exec @ARGV", PolkitScene.tapster,
      "--authorized-by=org.tapster.networks.manage", "net-define", "/dev/stdin",
    ])
    command.descriptors = [0: read]
    command.blockedSignals = [SIGTERM, SIGINT, SIGCHLD]
    let served = try command.start()
    read.close()
    #expect(try served.waitIfEnded(within: .seconds(4)) == nil)
    // pkexec lets no mask through.
    let status = try scene.testbed.status(of: served.process)
    #expect(status["SigBlk"].flatMap { UInt64($0, radix: 16) } == 0, "\(status)")
    write.close()
    #expect(try served.wait() == .exited(1), "nothing is no definition")
  }

  /// Takes what is behind it as far back as a user can.
  private static let hold = #"""
    perl -e '
      open(my $oom, ">", "/proc/self/oom_score_adj") or die "oom: $!";
      syswrite($oom, "900\n") or die "oom: $!";
      close $oom;
      exec @ARGV or die "$!"' \
      taskset 1 ionice -c 3 chrt --idle 0 nice -n 19 "$@"
    """#

  /// Such as pkexec can still work with. Those above them are as they were, since root may not
  /// raise these everywhere.
  private static let limits = [
    limit(RLIMIT_FSIZE, 1 << 20), limit(RLIMIT_CPU, 60), limit(RLIMIT_AS, 4 << 30),
    limit(RLIMIT_DATA, 2 << 30), limit(__RLIMIT_NPROC, 4000), limit(RLIMIT_NOFILE, 64),
  ]

  private static func limit(_ resource: __rlimit_resource, _ soft: UInt64) -> Command.Limit {
    var present = rlimit()
    // SAFETY: the call fills in the structure that the pointer points to.
    _ = unsafe getrlimit(__rlimit_resource_t(resource.rawValue), &present)
    return Command.Limit(Int32(resource.rawValue), soft, hard: UInt64(present.rlim_max))
  }

  /// That a process is as one that root started.
  private func expectUnbound(
    _ process: Int32, _ testbed: Testbed, at location: SourceLocation = #_sourceLocation
  ) throws {
    // Behind the name, which may have anything in it; the numbers are those of man 5 proc_pid_stat.
    let stat = try testbed.output(["cat", "/proc/\(process)/stat"])
    let fields = try #require(stat.split(separator: ")").last).split(separator: " ")
    #expect(fields[19 - 3] == "0", "nice: \(stat)", sourceLocation: location)
    #expect(fields[41 - 3] == "0", "SCHED_OTHER: \(stat)", sourceLocation: location)
    let own = try testbed.output(["cat", "/proc/self/oom_score_adj"])
    #expect(
      try testbed.output(["cat", "/proc/\(process)/oom_score_adj"]) == "0\n", "\(own)",
      sourceLocation: location)
    #expect(
      try testbed.status(of: process)["Cpus_allowed"]
        == testbed.status(of: getpid())["Cpus_allowed"], sourceLocation: location)
    #expect(
      try !testbed.output(["ionice", "-p", "\(process)"]).hasPrefix("idle"),
      sourceLocation: location)
    let limits = try testbed.output(["cat", "/proc/\(process)/limits"]).split(separator: "\n")
    for name in ["file size", "cpu time", "address space", "data size", "processes"] {
      let line = try #require(limits.first { $0.hasPrefix("Max \(name) ") })
      let values = line.dropFirst("Max \(name) ".count).split(separator: " ")
      #expect(values[0] == values[1], "\(line)", sourceLocation: location)
    }
    let files = try #require(limits.first { $0.hasPrefix("Max open files ") }).split(separator: " ")
    #expect(Int(files[3]).map { $0 >= 1024 } == true, "\(files)", sourceLocation: location)
  }

  @Test func thePolicyIsAsPolkitWantsIt() throws {
    let checked = try Command([
      "xmllint", "--noout", "--dtdvalid", "/usr/share/polkit-1/policyconfig-1.dtd",
      "\(Binaries.root)/polkit/org.tapster.policy",
    ]).run()
    #expect(checked.succeeded, "\(checked)")
    let scene = try PolkitScene()
    let known = try scene.testbed.output(["pkaction"]).split(separator: "\n")
    #expect(
      known.filter { $0.hasPrefix("org.tapster.") } == [
        "org.tapster.acl.manage", "org.tapster.networks.manage", "org.tapster.networks.read",
        "org.tapster.taps.manage",
      ])
  }
}
