import TestSupport
import Testing

/// Command lines that no honest program writes, from a user whom the list allows everything.
@Suite(.requiresHelper, .timeLimit(.minutes(10)))
struct HostileArgumentsTests {
  private let scene: HelperScene

  init() throws { scene = try HelperScene(acl: "allow all queues=4\n") }

  /// Calls the helper with these bytes after its name.
  private func request(_ arguments: [[UInt8]]) throws -> TapOutcome {
    try scene.testbed.requestTap([]) {
      $0.arguments = [Array("tapster-helper".utf8)] + arguments
      $0.program = Testbed.helper
    }
  }

  private func request(_ arguments: [String]) throws -> TapOutcome {
    try request(arguments.map { Array($0.utf8) })
  }

  @Test func noArgumentsAtAll() throws {
    let outcome = try scene.testbed.requestTap([]) {
      $0.arguments = []
      $0.program = Testbed.helper
    }
    try scene.expectRefusal(outcome, .usage, "--br=BRIDGE is missing")
    try scene.expectRefusal(try request([String]()), .usage, "--br=BRIDGE is missing")
  }

  @Test(arguments: [
    ["--fd=3"], ["--br=br0"], ["", ""], ["--br=br0", "--fd=3", ""], ["", "--br=br0", "--fd=3"],
    ["--br=br0", "--br=br1", "--fd=3"], ["--br=br0", "--fd=3", "--fd=3"],
    ["--br=br0", "--fd=3", "--use-vnet", "--use-vnet"], ["--br=br0", "--fd=3", "--persist"],
    ["--remove", "--fd=3"], ["--serve", "--br=br0"], ["--br=br0", "--fd=3", "--queues=5000000000"],
    ["--br=br0", "--fd=4294967299"], ["--br=br0", "--fd=00"], ["--br=br0", "--fd=+3"],
    ["--br=br0", "--fd=0x3"], ["--br=br0", "--fd="], ["--br=br0", "--fd=-3"],
    ["--br=br0", "--fd=0"],
    ["--br=br0", "--fd=1"], ["--br=br0", "--fd=2"], ["--", "--br=br0", "--fd=3"],
    ["--br=br0", "--fd=3", "--name=tap0-1-0"], ["--br=br0", "--fd=3", "--name="],
    ["--br=br0", "--fd=3", "--check"], ["%s%s%s%n", "--br=br0", "--fd=3"],
  ])
  func whatIsNotACommandLine(arguments: [String]) throws {
    let outcome = try request(arguments)
    try scene.expectRefusal(outcome, .usage)
    #expect(outcome.helper.error.contains("\n  usage: tapster-helper"))
  }

  /// 131071 bytes are the longest argument there is (MAX_ARG_STRLEN, `man 2 execve`).
  @Test(arguments: ["", "--br=", "--br=br0", "--fd=", "--name=", "--queues=", "--"])
  func argumentsOf128KiB(prefix: String) throws {
    let huge =
      Array(prefix.utf8) + [UInt8](repeating: UInt8(ascii: "1"), count: 131_071 - prefix.utf8.count)
    let outcome = try request([huge, Array("--vhost".utf8)])
    try scene.expectRefusal(outcome, .usage, "11111...")
    #expect(outcome.helper.errorBytes.count < 500)
  }

  @Test func twentyThousandArguments() throws {
    let many = (0..<20_000).map { "--unknown\($0)" }
    try scene.expectRefusal(try request(["--br=br0", "--fd=3"] + many), .usage, "--unknown0")
    try scene.expectRefusal(
      try request([String](repeating: "", count: 20_000)), .usage, "is not an option")
  }

  /// Every byte that an argument can hold comes back printable.
  @Test func bytesThatWouldReachATerminal() throws {
    for start in stride(from: UInt8(1), through: 241, by: 16) {
      let bytes = Array(start...(start + 14))
      for prefix in ["", "--br=", "--name=", "--fd="] {
        let outcome = try request([Array(prefix.utf8) + bytes])
        try scene.expectRefusal(outcome, .usage)
      }
    }
    let title = "--br=\u{1b}]0;owned\u{7}"
    try scene.expectRefusal(try request([title, "--fd=3"]), .usage, #"\x1b]0;owned\x07"#)
  }

  /// In a name that is allowed the unprintable is echoed too: bytes above 127.
  @Test func bytesAbove127InANameThatIsAllowed() throws {
    let name: [UInt8] = Array("--br=".utf8) + [0xFF, 0xC3, 0x28, 0x9B]
    try scene.expectRefusal(
      try request([name, Array("--fd=3".utf8)]), .unavailable, #"\xff\xc3(\x9b"#)
  }
}
