import Foundation
import Glibc
import TestSupport
import Testing

/// `tapster run` with programs that tell what they were given.
@Suite(.requiresTapster, .requiresHelper, .timeLimit(.minutes(10)))
struct RunTests {
  private let scene: TapCommandScene
  private var testbed: Testbed { scene.testbed }
  private let program = "\(Testbed.scratch)/monitor"

  init() throws {
    scene = try TapCommandScene()
    try testbed.output(["ip", "link", "set", "br0", "up"])
  }

  /// A program that prints its arguments, a line each, and then which devices it finds open.
  private static let telling = """
    #!/bin/sh
    printf '%s\\n' "$@"
    for fd in /proc/$$/fd/*; do
      case $(readlink "$fd") in
        */net/tun) echo "open ${fd##*/} tun" ;;
        */vhost-net) echo "open ${fd##*/} vhost-net" ;;
      esac
    done
    echo "taps $(ls /sys/class/net | grep -c '^tap')"

    """

  /// A monitor that opens a tap by its name as Firecracker and Cloud Hypervisor do (IFF_TAP,
  /// IFF_NO_PI, IFF_VNET_HDR), looks whether it is up as the latter does, says so, and waits.
  private static let byName = """
    #!/usr/bin/perl
    $| = 1;
    $SIG{TERM} = sub { print "TERM\\n"; exit 7 };
    $SIG{USR1} = sub { print "USR1\\n" };
    my ($name, $then) = @ARGV;
    open(my $tun, "+<", "/dev/net/tun") or die "open: $!\\n";
    my $request = pack("a16 s x22", $name, 0x5002);
    ioctl($tun, 0x400454ca, $request) or die "$!\\n";
    my $own = unpack("Z16", $request);
    socket(my $any, 2, 2, 0) or die;
    my $flags = pack("a16 x24", $own);
    ioctl($any, 0x8913, $flags) or die "flags: $!\\n";
    print "up ", unpack("x16 s", $flags) & 1, " $own\\n";
    if ($then eq "wait") { sleep while 1 }
    if ($then eq "die") { kill "KILL", $$ }
    exit $then;

    """

  private func run(
    _ options: [String], _ arguments: [String], as caller: Credentials = .build
  ) throws -> Completed {
    try testbed.write(program, Self.telling, mode: 0o755)
    return try scene.tapster(["run"] + options + ["--", program] + arguments, as: caller)
  }

  private func lines(_ completed: Completed) throws -> [String] {
    try completed.checked().output.split(separator: "\n").map(String.init)
  }

  /// The numbers of the descriptors of `device` that a telling program found open.
  private func opened(_ told: [String], _ device: String) -> [String] {
    told.filter { $0.hasPrefix("open ") && $0.hasSuffix(" \(device)") }
      .map { String($0.split(separator: " ")[1]) }
      .sorted { (Int($0) ?? 0) < (Int($1) ?? 0) }
  }

  // MARK: Descriptors

  @Test func oneTap() throws {
    let told = try lines(try run(["--br=br0"], ["--net", "fd={fd}", "{ifname}", "x"]))
    let tap = try #require(opened(told, "tun").first)
    #expect(told == ["--net", "fd=\(tap)", "taprt-2-0", "x", "open \(tap) tun", "taps 1"])
    try scene.scene.expectNoTaps()
  }

  @Test func queuesVhostAndSeveralBridges() throws {
    try testbed.output(["sh", "-c", "rm -f /dev/vhost-net; mknod -m 600 /dev/vhost-net c 1 3"])
    let told = try lines(
      try run(
        ["--br=br0,queues=2,vhost", "--br=br1", "--br=br0,mac=52:54:00:00:00:09"],
        ["{fds}", "{vhostfds}", "{fds,:1}", "{fd:2}", "{ifname:2}", "{fd:3}", "{mac:3}"]))
    let taps = opened(told, "tun")
    let vhosts = opened(told, "vhost-net")
    try #require(taps.count == 4 && vhosts.count == 2, "\(told)")
    #expect(
      told.prefix(7) == [
        "\(taps[0]):\(taps[1])", "\(vhosts[0]):\(vhosts[1])", "\(taps[0]),\(taps[1])", taps[2],
        "taprt-3-0", taps[3], "52:54:00:00:00:09",
      ])
    #expect(told.filter { $0.hasPrefix("open ") }.count == 6, "and nothing else: \(told)")
    #expect(told.last == "taps 3")
    try scene.scene.expectNoTaps()
  }

  /// It becomes the program: nothing of it waits beside that.
  @Test func itTakesTheProgramsPlace() throws {
    try testbed.write(program, "#!/bin/sh\necho $$\nkill -TERM $$\n", mode: 0o755)
    let (read, write) = try OpenDescriptor.pipe()
    var command = try testbed.command(
      [Testbed.tapster, "run", "--br=br0", "--", program, "{fd}"], as: .build)
    command.descriptors[1] = write
    let process = try command.start()
    write.close()
    let said = try LineStream(reading: read).drain(within: .patience)
    #expect(said == "\(process.process)\n")
    #expect(try process.wait() == .signalled(SIGTERM))
    try scene.scene.expectNoTaps()
  }

  /// What it does for itself, such as that a pipe nobody reads ends nothing, is not the program's.
  @Test func theProgramIsAsIfNobodyHadStartedIt() throws {
    func told(_ command: [String]) throws -> String {
      try testbed.run(command, as: .build, environment: ["COLOUR": "green"]).checked().output
    }
    // Signals 32 and up are the C library's own.
    let state = """
      for set in SigBlk SigIgn; do
        echo $set $((0x$(sed -n "s/^$set:.*\\(........\\)$/\\1/p" /proc/self/status) & 0x7fffffff))
      done
      env; pwd; ulimit -a
      """
    let directly = try told(["/bin/sh", "-c", state])
    #expect(directly.contains("SigBlk 0\nSigIgn 0\n") && directly.contains("COLOUR=green"))
    for way in ["{fd}", "{ifname}"] {
      let run = [Testbed.tapster, "run", "--br=br0", "--", "/bin/sh", "-c", "\(state) # \(way)"]
      #expect(try told(run) == directly)
    }
  }

  @Test func addressesStay() throws {
    func address(_ options: [String], as caller: Credentials = .build) throws -> String {
      try lines(try run(["--br=br0"] + options, ["{fd}", "{mac}"], as: caller))[1]
    }
    let web = try address(["--name=web"])
    #expect(web.hasPrefix("52:54:00:"))
    #expect(try address(["--name=web"]) == web)
    #expect(try address(["--name=web2"]) != web)
    #expect(try address(["--name=web"], as: .student) != web)
    #expect(try address([]) != (try address([])), "without a name, any")
  }

  /// A port that is locked sends from its address alone, so that is the guest's.
  @Test func anAddressThatTheRuleSays() throws {
    try scene.scene.write("allow br0 mac=52:54:00:00:00:42,52:54:00:00:00:43 taps=1\n")
    let told = try lines(try run(["--br=br0", "--name=web"], ["{fd}", "{mac}"]))
    #expect(["52:54:00:00:00:42", "52:54:00:00:00:43"].contains(told[1]))
    let own = try lines(try run(["--br=br0,mac=52:54:00:00:00:43"], ["{fd}", "{mac}"]))
    #expect(own[1] == "52:54:00:00:00:43")
    let other = try run(["--br=br0,mac=52:54:00:00:00:44"], ["{fd}", "{mac}"])
    #expect(!other.succeeded && other.output == "\n", "\(other)")
    #expect(other.error.contains("only, not from 52:54:00:00:00:44"), "\(other)")
    try scene.scene.expectNoTaps()
  }

  // MARK: Names

  private func start(_ options: [String], _ arguments: [String]) throws -> (
    process: RunningProcess, said: LineStream
  ) {
    try testbed.write(program, Self.byName, mode: 0o755)
    let (read, write) = try OpenDescriptor.pipe()
    var command = try testbed.command(
      [Testbed.tapster, "run"] + options + ["--", program] + arguments, as: .build)
    command.descriptors[1] = write
    command.descriptors[2] = write
    let process = try command.start()
    write.close()
    return (process, try LineStream(reading: read))
  }

  @Test(arguments: [
    (["--br=br0"], "{ifname}"), (["--br=br0,name=web0"], "web0"),
    (["--br=br0,name=web0"], "{ifname}"),
  ])
  func aProgramThatTakesAName(options: [String], name: String) throws {
    let (process, said) = try start(options, [name, "wait"])
    #expect(try said.lines(within: .patience) { $0 == "up 1 taprt-2-0" } != nil, "\(said.text)")
    let tap = try #require(try scene.list().first)
    #expect(tap["persistent"].bool == true && tap["in-use"].bool == true)
    process.signal(SIGUSR1)
    #expect(try said.lines(within: .patience) { $0 == "USR1" } != nil, "\(said.text)")
    process.signal(SIGTERM)
    #expect(try process.wait() == .exited(7), "the program's own end")
    #expect(try said.drain(within: .patience).hasSuffix("USR1\nTERM\n"))
    #expect(try scene.scene.taps() == [])
  }

  @Test(arguments: [("0", 0), ("3", 3), ("die", 128 + SIGKILL)] as [(String, Int32)])
  func theProgramsEndIsItsOwn(then: String, status: Int32) throws {
    let (process, said) = try start(["--br=br0"], ["{ifname}", then])
    let text = try said.drain(within: .patience)
    #expect(try process.wait() == .exited(status), "\(text)")
    #expect(try scene.scene.taps() == [])
  }

  @Test func bothWaysAtOnce() throws {
    try testbed.write(program, Self.telling, mode: 0o755)
    let told = try lines(try run(["--br=br0", "--br=br1"], ["{ifname:1}", "{fd:2}"]))
    let tap = try #require(opened(told, "tun").first)
    #expect(told == ["taprt-2-0", tap, "open \(tap) tun", "taps 2"])
    #expect(try scene.scene.taps() == [])
  }

  /// A signal that comes while the taps are made waits until there is somebody to pass it on to.
  @Test func endedBeforeItHasBegun() throws {
    try testbed.write(program, Self.byName, mode: 0o755)
    for point in [
      "memfd_create:signal=TERM:when=1", "wait4:signal=TERM:when=1", "lseek:signal=TERM",
    ] {
      let ended = try testbed.run([
        "strace", "-qq", "-u", "build", "-o", "/dev/null", "-e",
        "inject=\(point)", Testbed.tapster, "run", "--br=br0", "--", program,
        "{ifname}", "wait",
      ])
      #expect([7, 128 + SIGTERM].contains(ended.status), "\(point): \(ended)")
      #expect(try scene.scene.taps() == [], "\(point): \(ended)")
    }
  }

  // MARK: Refusals

  @Test func whatIsWrongIsSaidBeforeAnythingIsMade() throws {
    try testbed.write(program, Self.telling, mode: 0o755)
    for (words, status, error) in [
      (["--br=br0", "--", "/no/such"], 127, "there is no program '/no/such'"),
      (["--br=br0", "--", "nosuchprogram"], 127, "there is no program 'nosuchprogram'"),
      (["--br=br0"], 1, "requires <program>"), (["--", program, "{fd}"], 1, "requires <br>"),
      (["--br=br0", "--", program], 64, "how '\(program)' is told of taps is not known"),
      (["--br=br0", "--", program, "{fd:2}"], 64, "{fd:2} is of tap 2"),
      (["--br=br0,x=1", "--", program, "{fd}"], 64, "'x=1' is no option of bridge 'br0'"),
      (["--br=br 0", "--", program, "{fd}"], 64, "is not the name of a bridge"),
      (["--br=br0", "--queues=200", "--", program, "{fd}"], 1, "out of range"),
      (["--br=br0", "--queues=two", "--", program, "{fd}"], 1, "malformed"),
      (["--br=br0", "--vhost", "--", program, "{ifname}"], 64, "opened by its name"),
      (["--br=br9", "--", program, "{fd}"], 69, "there is no bridge 'br9'"),
      (["--br=br0,queues=3", "--", program, "{fds}"], 77, "3 queues were asked for"),
      (["--br=br0", "--", Testbed.scratch, "{fd}"], 126, "Permission denied"),
    ] as [([String], Int32, String)] {
      try scene.expectFailure(["run"] + words, status, error)
    }
  }

  /// The second of two is refused: the first, of either kind, goes.
  @Test(arguments: ["{fd}", "{ifname}"])
  func theRestGoesToo(first: String) throws {
    try testbed.write(program, Self.telling, mode: 0o755)
    try scene.scene.write("allow br0 persist\n")
    let said = try scene.tapster(
      ["run", "--br=br0", "--br=br1", "--", program, first, "{fd:2}"])
    #expect(said.status == 77 && said.error.contains("may not use bridge 'br1'"), "\(said)")
    #expect(said.error.contains("\n  an administrator can add: allow br1 user=build\n"))
    try scene.scene.expectNoTaps()
  }

  @Test(arguments: ["{fd}", "{ifname}"])
  func aProgramThatCannotBeRun(way: String) throws {
    try testbed.write(program, "no program\n", mode: 0o755)
    // A directory is found, and is no program; a text without #! is none to the kernel.
    for path in [Testbed.scratch, program] {
      let said = try scene.tapster(["run", "--br=br0", "--", path, way])
      #expect(said.status == 126 && said.error.hasPrefix("error: cannot run '\(path)'"), "\(said)")
      try scene.scene.expectNoTaps()
    }
  }
}
