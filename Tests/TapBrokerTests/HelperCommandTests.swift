import LinuxTypes
import TapBroker
import Testing

private func parse(_ arguments: [String]) throws(HelperCommand.UsageError) -> HelperCommand {
  try HelperCommand.parse(arguments.map { Array($0.utf8) })
}

@Suite struct HelperCommandTests {
  private func request(_ change: (inout TapRequest) -> Void = { _ in }) throws -> TapRequest {
    var request = TapRequest(bridge: try #require(InterfaceName("br0")))
    change(&request)
    return request
  }

  @Test func readsWhatQEMUAndLibvirtSay() throws {
    let plain = try request()
    let withHeader = try request { $0.virtioHeader = true }
    #expect(try parse(["--use-vnet", "--fd=26", "--br=br0"]) == .grant(withHeader, descriptor: 26))
    #expect(try parse(["--br=br0", "--fd=3"]) == .grant(plain, descriptor: 3))
  }

  @Test func readsEveryOption() throws {
    let all = try request {
      $0.virtioHeader = true
      $0.queues = 126
      $0.vhost = true
      $0.name = InterfaceName("web0")
    }
    #expect(
      try parse([
        "--vhost", "--name=web0", "--queues=126", "--fd=2147483647", "--br=br0", "--use-vnet",
      ])
        == .grant(all, descriptor: .max))
    #expect(try parse(["--check", "--br=br0"]) == .check(try request()))
    let staying = try request {
      $0.isPersistent = true
      $0.queues = 2
      $0.name = InterfaceName("web0")
    }
    let persist = ["--persist", "--br=br0", "--queues=2", "--name=web0"]
    #expect(try parse(persist) == .persist(staying))
    #expect(try parse(persist + ["--check"]) == .check(staying))
    for name in ["web0", "taprt-2-0", "Trt-2-0"] {
      let removed = try #require(InterfaceName(name))
      #expect(try parse(["--name=\(name)", "--remove"]) == .remove(removed))
    }
    #expect(try parse(["--serve"]) == .serve)
    #expect(try parse(["--help"]) == .help)
    #expect(try parse(["--version"]) == .version)
  }

  @Test(arguments: [
    "--br=br0", "--fd=3", "--fd=4", "--use-vnet", "--queues=2", "--vhost", "--name=web0",
    "--name=web1",
  ])
  func takesEachOptionOnce(option: String) {
    let all = ["--br=br0", "--fd=3", "--use-vnet", "--queues=2", "--vhost", "--name=web0"]
    #expect(throws: HelperCommand.UsageError.self) { try parse(all + [option]) }
    #expect(throws: Never.self) { try parse(all) }
  }

  @Test(arguments: [
    "", "0", "1", "2", "-1", "-3", "+3", "03", "00", "0x3", "3 ", " 3", "3x", "3.0", "1e1",
    "2147483648",
    "4294967299", "18446744073709551619", "99999999999999999999999", "3\n", "3\0", "\u{663}",
    "stdin",
  ])
  func aDescriptorIsAPlainDecimalAboveTwo(number: String) {
    #expect(throws: HelperCommand.UsageError.self) { try parse(["--br=br0", "--fd=\(number)"]) }
  }

  @Test(arguments: ["", "0", "-1", "+2", "02", "0x2", "127", "4294967298", "2 ", "two"])
  func queuesAreAPlainDecimalUpTo126(number: String) {
    #expect(throws: HelperCommand.UsageError.self) {
      try parse(["--br=br0", "--fd=3", "--queues=\(number)"])
    }
  }

  @Test(arguments: [
    "", ".", "..", "br0:1", "br0%d", "br0 ", "br0\n", "a/b", "sixteen-bytes-xx", "\u{1b}[2J",
    "br0\0",
  ])
  func aNameIsOneThatTheKernelLeavesAlone(name: String) {
    #expect(throws: HelperCommand.UsageError.self) { try parse(["--fd=3", "--br=\(name)"]) }
    #expect(throws: HelperCommand.UsageError.self) {
      try parse(["--fd=3", "--br=br0", "--name=\(name)"])
    }
  }

  @Test(arguments: [
    [], ["--fd=3"], ["--br=br0"], ["--check"], ["--check", "--br=br0", "--fd=3"],
    ["--br", "br0", "--fd=3"],
    ["br0"], ["--br=br0", "--fd=3", "x"], ["--br=br0", "--fd=3", ""], ["-h"], ["--"], ["-"],
    ["--="],
    ["--br=br0", "--fd=3", "--help"], ["--version", "--help"], ["--help="], ["--br=br0", "--fd"],
    ["--br=br0", "--fd=3", "--use-vnet="], ["--br=br0", "--fd=3", "--vhost=1"],
    ["--BR=br0", "--fd=3"],
    ["-br=br0", "--fd=3"], ["--br=br0", "--fd=3", "--bridge=br1"], ["--br\u{0}=br0", "--fd=3"],
    ["--br=br0", "--fd=3", "--persist"], ["--br=br0", "--persist", "--vhost"], ["--persist"],
    ["--persist", "--name=x"], ["--remove"], ["--remove", "--br=br0"], ["--remove", "--name=%d"],
    ["--remove", "--name=x", "--br=br0"], ["--remove", "--name=x", "--fd=3"],
    ["--remove", "--name=x", "--persist"], ["--remove", "--name=x", "--check"],
    ["--remove", "--name=x", "--queues=1"], ["--remove=x"],
    ["--serve", "--br=br0", "--fd=3"], ["--serve", "--serve"], ["--serve="],
  ])
  func refusesWhatItDoesNotKnow(arguments: [String]) {
    #expect(throws: HelperCommand.UsageError.self) { try parse(arguments) }
  }

  @Test(arguments: ["tap0-1-0", "tap-", "taprt-2-0", "Trt-2-0", "T-", "tap-web"])
  func namesOfTapsThatAreCountedAreKept(name: String) {
    #expect(throws: HelperCommand.UsageError.self) {
      try parse(["--fd=3", "--br=br0", "--name=\(name)"])
    }
  }

  @Test(arguments: ["tap0", "tapweb", "Tweb", "web-0", "t-1", "TAP"])
  func otherNamesAreFree(name: String) throws {
    #expect(throws: Never.self) { try parse(["--fd=3", "--br=br0", "--name=\(name)"]) }
  }

  @Test func whatIsEchoedIsEscapedAndShort() throws {
    let hostile = "\u{1b}]0;owned\u{7}\n" + String(repeating: "A", count: 131_072)
    let error = #expect(throws: HelperCommand.UsageError.self) { try parse([hostile]) }
    let text = try #require(error?.text)
    #expect(text.utf8.allSatisfy { (0x20...0x7E).contains($0) })
    #expect(text.utf8.count < 200)
  }

  private func ask(_ arguments: [String]) throws -> HelperCommand {
    try HelperCommand.parse(arguments.map { Array($0.utf8) }, from: .broker(connection: 9))
  }

  @Test func theBrokerAnswersWhereItIsAsked() throws {
    #expect(try ask(["--br=br0"]) == .grant(try request(), descriptor: 9))
    #expect(try ask(["--check", "--br=br0"]) == .check(try request()))
    let kept = try request { $0.isPersistent = true }
    #expect(try ask(["--br=br0", "--persist"]) == .persist(kept))
    let name = try #require(InterfaceName("web0"))
    #expect(try ask(["--remove", "--name=web0"]) == .remove(name))
  }

  @Test(arguments: [
    ["--br=br0", "--fd=9"], ["--check", "--br=br0", "--fd=9"], ["--help"], ["--version"],
    ["--serve"], [], ["--remove", "--name=web0", "--fd=9"], ["--br=br0", "--persist", "--fd=9"],
  ])
  func theBrokerIsAskedForTapsOnly(arguments: [String]) {
    #expect(throws: HelperCommand.UsageError.self) { try ask(arguments) }
  }
}
