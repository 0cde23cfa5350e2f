import Foundation
import TestSupport
import Testing

/// Names and texts of definitions that would do something in a shell or to a terminal.
@Suite(
  .enabled(if: Privilege.isRoot, "namespaces need root"),
  .enabled(if: Binaries.exists(Binaries.tapster), "tapster is not built"))
struct NamesInAdviceTests {
  private static let path = ["PATH": "\(Testbed.directory)/bin:/usr/sbin:/usr/bin:/sbin:/bin"]

  private func define(_ xml: String, in bed: NetworkTestbed) throws -> Completed {
    try bed.testbed.write("\(Testbed.scratch)/n.xml", xml)
    return try bed.tapster("net-define", "\(Testbed.scratch)/n.xml")
  }

  /// The last line of what a command said to do, behind the first of these words.
  private func command(_ refused: Completed, _ word: String) throws -> String {
    let line = try #require(
      refused.error.split(separator: "\n").last { $0.contains(word) }, "\(refused)")
    let start = try #require(line.range(of: word)).lowerBound
    return String(line[start...])
  }

  @Test func theCommandThatIsNamedIsOneCommand() throws {
    let bed = try NetworkTestbed()
    let name = "it's $(touch \(Testbed.scratch.replacingOccurrences(of: "/", with: "."))) `x`"
    let bridge = "y;true&'$(x)"
    let xml = """
      <network><name>\(name)</name><forward mode='nat'/>
      <bridge name="\(bridge.replacingOccurrences(of: "&", with: "&amp;"))"/>
      <ip address='10.5.0.1' prefix='24'/></network>
      """
    try define(xml, in: bed).checked()
    try bed.testbed.output(["ip", "link", "add", bridge, "type", "bridge"])
    let refused = try bed.tapster("net-start", name)
    try bed.testbed.output(["sh", "-euc", try command(refused, "ip link delete")])
    #expect(try bed.testbed.links() == ["lo"])
    try bed.tapster("net-start", name).checked()
    try bed.testbed.output(["rm", "-rf", "/run/tapster"])
    let lost = try bed.tapster("net-start", name)
    let repair = try command(lost, "tapster net-repair")
    try bed.testbed.run(["sh", "-euc", repair], environment: Self.path).checked()
    try bed.tapster("net-destroy", name).checked()
    #expect(try bed.testbed.links() == ["lo"])
  }

  /// What a forward misses is one command away, on a network that runs and on one that does not.
  @Test(arguments: [true, false])
  func theGuestThatIsMissedIsMadeAsIsSaid(isRunning: Bool) throws {
    let bed = try NetworkTestbed()
    if isRunning { try bed.tapster("net-start", "default").checked() }
    for guest in ["www", "52:54:00:00:00:77"] {
      let forward = ["net-forward", "add", "default", "tcp", guest == "www" ? "2222" : "2223"]
      let add = [Testbed.tapster] + forward + ["\(guest):22"]
      let refused = try bed.testbed.run(add)
      #expect(refused.status == 1)
      let made = try bed.testbed.run(
        ["sh", "-euc", try command(refused, "tapster net-update")], environment: Self.path)
      #expect(made.succeeded, "\(refused)\(made)")
      try bed.testbed.output(add)
    }
    let forwards = try bed.testbed.json([
      Testbed.tapster, "net-forward", "list", "default", "--json",
    ]).array
    #expect(Set(forwards.compactMap { $0["guest-addresses"][0].string }).count == 2)
  }

  @Test func theRemedyForNftIsOneRule() throws {
    let bed = try NetworkTestbed()
    try define(
      """
      <network><name>n</name><forward mode='nat'/><bridge name='0;true'/>
      <ip address='10.5.0.1' prefix='24'/></network>
      """, in: bed
    ).checked()
    try bed.testbed.output(
      [
        "nft", "-f", "-",
      ],
      input: """
        table inet own { chain f { type filter hook forward priority 5; policy drop; }; }
        """)
    let started = try bed.tapster("net-start", "n").checked()
    try bed.testbed.output(["sh", "-euc", try command(started, "nft insert")])
    let rules = try bed.testbed.output(["nft", "list", "table", "inet", "own"])
    #expect(rules.contains("iifname \"0;true\" accept"), "\(rules)")
    #expect(rules.contains("oifname \"0;true\" accept"), "\(rules)")
  }

  @Test func noTextSteersTheTerminal() throws {
    let bed = try NetworkTestbed()
    try define(
      """
      <network><name>n\u{2028}2J</name><title>t\u{9B}31m\u{85}</title>
      <description>two
      lines\u{9B}31m</description><bridge name='br-n'/></network>
      """, in: bed
    ).checked()
    let name = "n\u{2028}2J"
    let shown = #"n\xe2\x80\xa82J"#
    let outputs = try [
      bed.tapster("net-list", "--all").output, bed.tapster("net-info", name).output,
      bed.tapster("net-start", name).output, bed.tapster("net-start", name).error,
      bed.tapster("net-destroy", name).output, bed.tapster("net-destroy", name).error,
    ]
    for output in outputs {
      #expect(output.contains(shown), "\(output)")
      #expect(!output.unicodeScalars.contains { [0x9B, 0x2028].contains($0.value) }, "\(output)")
    }
    #expect(try bed.tapster("net-desc", name, "--title").output == #"t\xc2\x9b31m\xc2\x85"# + "\n")
    #expect(try bed.tapster("net-desc", name).output == "two\nlines" + #"\xc2\x9b31m"# + "\n")
    // For programs it is what it is.
    #expect(try bed.tapster("net-dumpxml", name).output.contains("t\u{9B}31m"))
    #expect(try bed.tapster("net-list", "--all", "--json").output.contains(name))
    // Names are for shells and logs, too: what steers a terminal is none.
    let refused = try define("<network><name>n\u{9B}2J</name></network>", in: bed)
    #expect(!refused.succeeded && refused.error.contains(#"name 'n\xc2\x9b2J' is not"#))
  }
}
