import Glibc
import TestSupport
import Testing

/// The bridge `br0`, and users who open, keep and remove taps by their names, as programs do that
/// take a tap by name.
struct PersistentTapScene {
  let scene: HelperScene
  var testbed: Testbed { scene.testbed }

  init(acl: String = "allow br0 persist queues=2\n") throws { scene = try HelperScene(acl: acl) }

  /// Calls the helper with these arguments alone.
  func helper(_ arguments: [String], as caller: Credentials = .build) throws -> Completed {
    try testbed.run([Testbed.helper] + arguments, as: caller)
  }

  /// Has the helper make a tap that stays; its name.
  func add(_ options: [String] = [], as caller: Credentials = .build) throws -> String {
    let said = try helper(["--persist", "--br=br0"] + options, as: caller).checked()
    #expect(said.errorBytes.isEmpty, "\(said)")
    return try #require(said.output.split(separator: "\n").first.map(String.init), "\(said)")
  }

  /// Opens `name` as QEMU, Firecracker and the like do, with IFF_VNET_HDR, in `queues` descriptors,
  /// and does `then` with the last; what came of it.
  ///
  /// It goes on until it is told to end, if `stays`.
  private static let open = """
    $| = 1;
    my ($name, $queues, $then, $value, $stays) = @ARGV;
    my @held;
    for (1..$queues) {
      open(my $tun, "+<", "/dev/net/tun") or die "open: $!\\n";
      my $request = pack("a16 s x22", $name, 0x5002 | ($queues > 1 ? 0x100 : 0));
      ioctl($tun, 0x400454ca, $request) or die "$!\\n";
      push @held, $tun;
    }
    ioctl($held[-1], hex($then), $value + 0) or die "then: $!\\n" if $then;
    print "held\\n";
    sleep if $stays;
    """

  /// Opens `name` for a moment. `error` is the kernel's word, empty if it let him.
  func tryOpening(
    _ name: String, queues: Int = 1, then control: TapControl? = nil, _ value: UInt32 = 0,
    as caller: Credentials = .build
  ) throws -> String {
    let request = control.map { String($0.rawValue, radix: 16) } ?? ""
    return try testbed.run(
      ["perl", "-e", Self.open, name, "\(queues)", request, "\(value)", ""], as: caller
    ).error
  }

  /// Opens `name` until the result goes away.
  func hold(_ name: String, queues: Int = 1, as caller: Credentials = .build) throws
    -> RunningProcess
  {
    let (read, write) = try OpenDescriptor.pipe()
    var command = try testbed.command(
      ["perl", "-e", Self.open, name, "\(queues)", "", "0", "stay"], as: caller)
    command.descriptors[1] = write
    let holder = try command.start()
    write.close()
    let said = try LineStream(reading: read)
    try #require(try said.lines(within: .patience) { $0 == "held" } != nil, "\(name)")
    return holder
  }

  /// Expects a refusal, and that the taps are what they were.
  func expectRefusal(
    _ arguments: [String], _ status: ExitStatus, _ words: String, as caller: Credentials = .build,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let before = try scene.taps()
    let said = try helper(arguments, as: caller)
    #expect(said.ending == .exited(status.rawValue), "\(said)", sourceLocation: sourceLocation)
    #expect(said.outputBytes.isEmpty, "\(said)", sourceLocation: sourceLocation)
    HelperScene.expectMessage(said.errorBytes, words, sourceLocation: sourceLocation)
    #expect(try scene.taps() == before, "\(said)", sourceLocation: sourceLocation)
  }
}
