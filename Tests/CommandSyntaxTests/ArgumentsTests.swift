import CommandSyntax
import Testing

/// virsh's rules, on a command that has an option of each kind.
struct ArgumentsTests {
  private static let network = RequiredText("network", "a network", candidates: .networks)
  private static let event = Text("event", "an event")
  private static let path = Text("xpath", "an expression", isPositional: false)
  private static let timeout = Number("timeout", "seconds")
  private static let all = Flag("all", "all of them")
  private static let text = Words("new-desc", "words")
  private static let command = CommandSyntax(
    "net-try", "try it", "Tries it.", [network, event, path, all, timeout])
  private static let wordy = CommandSyntax("net-desc", "words", "Words.", [network, all, text])

  private func parse(_ words: String...) throws(SyntaxError) -> Arguments {
    try Arguments(parsing: words, as: Self.command)
  }

  @Test(arguments: [
    ["default", "lifecycle", "7"], ["--network", "default", "lifecycle", "--timeout=7"],
    ["--event=lifecycle", "default", "7"], ["--timeout", "7", "default", "lifecycle"],
    ["--event", "lifecycle", "--", "default", "7"],
  ])
  func bothFormsMeanTheSame(words: [String]) throws {
    let arguments = try Arguments(parsing: words, as: Self.command)
    #expect(try arguments[Self.network] == "default")
    #expect(try arguments[Self.event] == "lifecycle")
    #expect(try arguments[Self.timeout] == 7)
    #expect(!arguments[Self.all])
  }

  @Test func anOptionMayBeMeantToComeSeveralTimes() throws {
    let bridges = Texts("br", "a bridge", candidates: .bridges)
    let queues = Number("queues", "how many", isPositional: false)
    let command = CommandSyntax("run", "run", "Runs.", [bridges, queues, Self.text])
    let arguments = try Arguments(
      parsing: ["--br=br0", "--queues=2", "--br", "br1,id=x", "--", "qemu", "--br=no"], as: command)
    #expect(try arguments[bridges] == ["br0", "br1,id=x"])
    #expect(try arguments[queues] == 2)
    #expect(arguments[Self.text] == ["qemu", "--br=no"])
    #expect(throws: SyntaxError.missing(["br"], command: "run")) {
      try Arguments(parsing: ["qemu"], as: command)
    }
    #expect(throws: ValueError.empty(option: "br")) {
      try Arguments(parsing: ["--br=br0", "--br="], as: command)[bridges]
    }
    #expect(
      command.synopsis == "run {--br <string>}... [--queues <number>] [[--new-desc] <string>]...")
    #expect(Completion.answer(["run", "--br", "br0", "--br", ""], commands: [command]) == .bridges)
    #expect(
      Completion.answer(["run", "--br=br0", "--"], commands: [command])
        == .words(["--br", "--queues", "--new-desc", "--help"]))
  }

  @Test func behindTwoHyphensNothingIsAnOption() throws {
    let arguments = try parse("--", "--all", "--help")
    #expect(try arguments[Self.network] == "--all")
    #expect(try arguments[Self.event] == "--help")
    #expect(!arguments[Self.all] && !arguments.wantsHelp)
  }

  @Test func aValueMayLookLikeAnOption() throws {
    #expect(try parse("--network", "--all")[Self.network] == "--all")
    #expect(try parse("-x")[Self.network] == "-x")
  }

  @Test(
    arguments: [
      (
        [], SyntaxError.missing(["network"], command: "net-try"),
        "command 'net-try' requires <network> option"
      ),
      (
        ["a", "--nope"], .unknownOption("nope", command: "net-try"),
        "command 'net-try' doesn't support option --nope"
      ),
      (
        ["a", "--nope=1"], .unknownOption("nope", command: "net-try"),
        "command 'net-try' doesn't support option --nope"
      ),
      (["a", "b", "1", "c"], .unexpectedWord("c"), "unexpected data 'c'"),
      (["a", "--all=yes"], .unexpectedValue(option: "all"), "invalid '=' after option --all"),
      (["a", "--all", "--all"], .repeated(option: "all"), "option --all already seen"),
      (["a", "--network", "b"], .repeated(option: "network"), "option --network already seen"),
      (
        ["--network"], .missingValue(option: "network", word: "<string>"),
        "expected syntax: --network <string>"
      ),
      (
        ["a", "--timeout"], .missingValue(option: "timeout", word: "<number>"),
        "expected syntax: --timeout <number>"
      ),
    ] as [([String], SyntaxError, String)])
  func whatIsWrongIsSaidAsVirshDoes(words: [String], error: SyntaxError, message: String) {
    #expect(throws: error) { try Arguments(parsing: words, as: Self.command) }
    #expect("\(error)" == message)
  }

  @Test func valuesAreCheckedWhenTheyAreAskedFor() throws {
    #expect(throws: ValueError.empty(option: "network")) { try parse("")[Self.network] }
    for text in ["x", "", "1.5", "99999999999"] {
      #expect(throws: ValueError.malformedNumber(text, option: "timeout")) {
        try parse("a", "--timeout", text)[Self.timeout]
      }
    }
    #expect(try parse("a", "--timeout", "-1")[Self.timeout] == -1)
    #expect(throws: ValueError.exclusive("all", "event")) {
      try parse("a", "b", "--all").exclude(Self.all, Self.event)
    }
  }

  @Test func helpNeedsNothingElse() throws {
    #expect(try parse("--help").wantsHelp)
    #expect(throws: SyntaxError.unexpectedValue(option: "help")) { try parse("--help=x") }
  }

  @Test func wordsAreAllThatFollow() throws {
    let arguments = try Arguments(
      parsing: ["net", "a", "--all", "text", ""], as: Self.wordy)
    #expect(arguments[Self.text] == ["a", "text", ""])
    #expect(arguments[Self.all])
    #expect(try Arguments(parsing: ["net"], as: Self.wordy)[Self.text] == nil)
  }

  @Test func theSynopsisIsVirshs() {
    #expect(
      Self.command.synopsis
        == "net-try <network> [--event <string>] [--xpath <string>] [--all] [--timeout <number>]")
    #expect(Self.wordy.synopsis == "net-desc <network> [--all] [[--new-desc] <string>]...")
  }

  @Test(
    arguments: [
      ([""], Completion.Answer.words(["net-try", "net-desc"])),
      (["net-try", ""], .networks), (["net-try", "--network", ""], .networks),
      (["net-try", "a", ""], .words([])), (["none", ""], .words(["net-try", "net-desc"])),
      (
        ["net-try", "--all", "--"],
        .words(["--network", "--event", "--xpath", "--timeout", "--help"])
      ),
      (["net-try", "--all", ""], .networks),
    ] as [([String], Completion.Answer)])
  func completionKnowsWhatIsAskedFor(words: [String], answer: Completion.Answer) {
    #expect(Completion.answer(words, commands: [Self.command, Self.wordy]) == answer)
  }
}
