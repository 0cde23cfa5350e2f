import Foundation
import TestSupport
import Testing

/// `net-edit` with somebody at a terminal, and with others who change the same definition while the
/// editor is open: nobody's work is lost unless its owner says so.
@Suite(
  .enabled(if: Privilege.isRoot, "namespaces need root"),
  .enabled(if: Binaries.exists(Binaries.tapster), "tapster is not built"))
struct EditTests {
  private static let foreign = "The XML configuration was changed by another user."
  private static let prompt = "Try again? [y,n,f,?]: "

  /// An editor that makes each of `scripts`, lines for the shell in which `$1` is the file, the
  /// outcome of one opening; and a directory for the file.
  private struct Desk {
    let bed: NetworkTestbed
    let environment = [
      "TMPDIR": "\(Testbed.scratch)/texts", "EDITOR": "sh \(Testbed.scratch)/editor",
      "LC_ALL": "C.UTF-8", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
    ]
    private var original = ""

    init(_ scripts: String...) throws {
      bed = try NetworkTestbed()
      // With all that the definition leaves open.
      try define("", "")
      original = try definition()
      try bed.testbed.output(["mkdir", "\(Testbed.scratch)/texts"])
      try bed.testbed.write(
        "\(Testbed.scratch)/editor",
        "cd \(Testbed.scratch)\necho >>openings\nexec sh -eu opening-$(wc -l <openings) \"$1\"\n")
      for (index, script) in scripts.enumerated() {
        try bed.testbed.write("\(Testbed.scratch)/opening-\(index + 1)", script)
      }
    }

    /// What is at the terminal when `net-edit` has been started there.
    func edit() throws -> (terminal: Terminal, editing: RunningProcess) {
      let terminal = try Terminal()
      let editing = try terminal.start(
        [Testbed.tapster, "net-edit", "default"], in: bed.testbed, environment: environment)
      return (terminal, editing)
    }

    /// Defines the network with `old` replaced in it.
    func define(_ old: String, _ new: String) throws {
      let file = "\(Testbed.scratch)/other.xml"
      try bed.testbed.write(file, try definition().replacingOccurrences(of: old, with: new))
      try bed.tapster("net-define", file).checked()
    }

    func definition() throws -> String {
      try bed.tapster("-q", "net-dumpxml", "default", "--inactive").checked().output
    }

    /// Whether the definition is the first one with the `changes`.
    func isDefined(with changes: [(old: String, new: String)] = []) throws -> Bool {
      let wanted = changes.reduce(original) { $0.replacingOccurrences(of: $1.old, with: $1.new) }
      #expect(changes.isEmpty || wanted != original)
      return try definition() == wanted
    }

    /// The texts that are kept.
    func texts() throws -> [String] {
      let directory = "\(Testbed.scratch)/texts"
      return try FileManager.default.contentsOfDirectory(atPath: bed.testbed.root + directory)
        .map { try bed.testbed.read("\(directory)/\($0)") }
    }

    /// How many times the editor was opened.
    func openings() throws -> Int { try bed.testbed.read("\(Testbed.scratch)/openings").count }
  }

  private static let mine = (old: "192.168.122.254", new: "192.168.122.99")
  private static let theirs = (old: "192.168.122.2'", new: "192.168.122.7'")
  private static let good = "sed -i s/122.254/122.99/ \"$1\"\n"
  private static let bad = "sed -i s/122.254/122.999/ \"$1\"\n"
  /// Somebody else redefines it meanwhile.
  private static let overtaken = """
    \(Testbed.tapster) net-dumpxml default --inactive | sed "s/122.2'/122.7'/" >theirs.xml
    \(Testbed.tapster) net-define theirs.xml >/dev/null

    """

  @Test func wrongXMLIsAskedAboutAndCanBeMended() throws {
    let desk = try Desk(Self.bad, "grep -q 122.999 \"$1\"\nsed -i s/122.999/122.99/ \"$1\"\n")
    let (terminal, editing) = try desk.edit()
    let said = try terminal.read(upTo: Self.prompt)
    #expect(said.contains(":") && said.contains("192.168.122.999"), "\(said)")
    #expect(said.hasSuffix("Failed. \(Self.prompt)"), "\(said)")
    // What is no answer is asked again; what the answers mean is told.
    for answer in ["", "maybe"] {
      try terminal.type(answer)
      try terminal.read(upTo: Self.prompt)
    }
    try terminal.type("?")
    let help = try terminal.read(upTo: Self.prompt)
    for letter in ["y", "n", "f", "?"] { #expect(help.contains("\n\(letter) - "), "\(help)") }
    #expect(try desk.isDefined())
    try terminal.type("y")
    try terminal.read(upTo: "Network default XML configuration edited.")
    #expect(try editing.wait() == .exited(0))
    #expect(try desk.openings() == 2)
    #expect(try desk.isDefined(with: [Self.mine]))
    #expect(try desk.texts() == [])
  }

  @Test func wrongXMLCanBeThrownAway() throws {
    let desk = try Desk(Self.bad)
    let (terminal, editing) = try desk.edit()
    try terminal.read(upTo: Self.prompt)
    try terminal.type("n")
    #expect(try editing.wait() == .exited(1))
    #expect(try desk.isDefined())
    #expect(try desk.texts() == [])
  }

  @Test func wrongXMLCannotBeForcedAndIsKeptWhenNobodyAnswers() throws {
    let desk = try Desk(Self.bad)
    let (terminal, editing) = try desk.edit()
    try terminal.read(upTo: Self.prompt)
    try terminal.type("f")
    let again = try terminal.read(upTo: Self.prompt)
    #expect(again.contains("192.168.122.999") && again.contains("Failed."), "\(again)")
    try terminal.type(nil)
    #expect(try editing.wait() == .exited(1))
    let texts = try desk.texts()
    #expect(texts.count == 1 && texts[0].contains("192.168.122.999"), "\(texts)")
    let said = try terminal.close()
    #expect(said.contains("nothing was changed; what you wrote is kept in"), "\(said)")
    #expect(try desk.isDefined())
  }

  /// She sees it, opens the editor again and finds her own text; only her word replaces theirs.
  @Test func whatAnotherDefinedMeanwhileIsReplacedIfThatIsWanted() throws {
    let desk = try Desk(Self.overtaken + Self.good, "grep -q 122.99 \"$1\"\n")
    let (terminal, editing) = try desk.edit()
    let said = try terminal.read(upTo: Self.prompt)
    #expect(said.hasSuffix("\(Self.foreign) \(Self.prompt)"), "\(said)")
    #expect(try desk.isDefined(with: [Self.theirs]))
    try terminal.type("y")
    let again = try terminal.read(upTo: Self.prompt)
    #expect(again.contains(Self.foreign), "\(again)")
    #expect(try desk.openings() == 2)
    #expect(try desk.isDefined(with: [Self.theirs]))
    try terminal.type("f")
    try terminal.read(upTo: "edited.")
    #expect(try editing.wait() == .exited(0))
    #expect(try desk.isDefined(with: [Self.mine]))
    #expect(try desk.texts() == [])
  }

  @Test func whatAnotherDefinedMeanwhileStays() throws {
    let desk = try Desk(Self.overtaken + Self.good)
    let (terminal, editing) = try desk.edit()
    try terminal.read(upTo: "\(Self.foreign) \(Self.prompt)")
    try terminal.type("n")
    #expect(try editing.wait() == .exited(1))
    #expect(try desk.isDefined(with: [Self.theirs]))
    #expect(try desk.texts() == [])
  }

  /// Without a terminal nobody can be asked: theirs is defined, hers is kept.
  @Test(arguments: [overtaken, "\(Testbed.tapster) net-undefine default >/dev/null\n"])
  func withoutATerminalBothAreThere(other: String) throws {
    let desk = try Desk(other + Self.good)
    let ended = try desk.bed.testbed.run(
      [Testbed.tapster, "net-edit", "default"], environment: desk.environment)
    #expect(ended.status == 1)
    #expect(ended.error.contains(Self.foreign), "\(ended)")
    if other == Self.overtaken {
      #expect(try desk.isDefined(with: [Self.theirs]))
    } else {
      #expect(!desk.bed.testbed.exists("/etc/tapster/networks/default.xml"))
    }
    let texts = try desk.texts()
    #expect(texts.count == 1 && texts[0].contains("192.168.122.99"), "\(texts)")
  }

  @Test func aDefinitionThatIsGoneMeanwhileIsMadeIfThatIsWanted() throws {
    let desk = try Desk("\(Testbed.tapster) net-undefine default >/dev/null\n\(Self.good)")
    let (terminal, editing) = try desk.edit()
    try terminal.read(upTo: "\(Self.foreign) \(Self.prompt)")
    try terminal.type("f")
    try terminal.read(upTo: "edited.")
    #expect(try editing.wait() == .exited(0))
    #expect(try desk.isDefined(with: [Self.mine]))
  }

  /// A network that runs without a definition gets one, unless another was faster.
  @Test func aDefinitionThatIsThereMeanwhileStays() throws {
    let desk = try Desk(
      "\(Testbed.tapster) net-define \(Testbed.scratch)/theirs.xml >/dev/null\n\(Self.good)")
    try desk.bed.testbed.write(
      "\(Testbed.scratch)/theirs.xml",
      try desk.definition().replacingOccurrences(of: Self.theirs.old, with: Self.theirs.new))
    try desk.bed.tapster("net-start", "default").checked()
    try desk.bed.tapster("net-undefine", "default").checked()
    let (terminal, editing) = try desk.edit()
    try terminal.read(upTo: "\(Self.foreign) \(Self.prompt)")
    #expect(try desk.isDefined(with: [Self.theirs]))
    try terminal.type("n")
    #expect(try editing.wait() == .exited(1))
  }

  /// The definition changes when the editor has been closed and before it is her turn to change it.
  @Test func whoComesBetweenLosesNothing() throws {
    let desk = try Desk(Self.good)
    let testbed = desk.bed.testbed
    // Somebody holds the lock of the network, until he is told that it is enough.
    let place = "/run/tapster/locks/network-default"
    try testbed.output(["mkdir", "-p", "/run/tapster/locks"])
    let (input, enough) = try OpenDescriptor.pipe()
    let (output, said) = try OpenDescriptor.pipe()
    var command = try testbed.command(["flock", place, "sh", "-c", "echo held; read -r _"])
    command.descriptors = [0: input, 1: said]
    let holder = try command.start()
    for end in [input, said] { end.close() }
    let held = try LineStream(reading: output).lines(within: .patience) { $0 == "held" }
    #expect(held != nil)

    let (terminal, editing) = try desk.edit()
    // Returns when somebody waits for the lock.
    try testbed.output([
      "sh", "-euc",
      """
      lock=$(stat -c %i \(place))
      until grep -q -e "-> .*:$lock " /proc/locks; do sleep 0.01; done
      """,
    ])
    #expect(try desk.openings() == 1)
    try desk.define(Self.theirs.old, Self.theirs.new)
    enough.close()
    try holder.wait()
    try terminal.read(upTo: "\(Self.foreign) \(Self.prompt)")
    #expect(try desk.isDefined(with: [Self.theirs]))
    try terminal.type("n")
    #expect(try editing.wait() == .exited(1))
  }
}
