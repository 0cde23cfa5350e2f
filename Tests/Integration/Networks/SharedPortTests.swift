import TestSupport
import Testing

/// Two networks that are to forward one port of the host.
@Suite(
  .enabled(if: Privilege.isRoot, "namespaces need root"),
  .enabled(if: Binaries.exists(Binaries.tapster), "tapster is not built"))
struct SharedPortTests {
  private static func xml(_ name: String, _ block: String, _ forward: String) -> String {
    """
    <network xmlns:tapster='urn:tapster:network:1'><name>\(name)</name><forward mode='nat'/>
    <bridge name='br-\(name)'/><ip address='\(block).1' prefix='24'/>
    <tapster:incoming default='deny'><tapster:allow proto='tcp' \(forward) to='\(block).2'/>
    </tapster:incoming></network>
    """
  }

  @Test func theSecondIsToldWhoHasItAndTheFirstKeepsIt() throws {
    let testbed = try Testbed()
    func tapster(_ arguments: String...) throws -> Completed {
      try testbed.run([Testbed.tapster] + arguments)
    }
    for (name, xml) in [
      ("first", Self.xml("first", "10.1.0", "port='8000-8010'")),
      ("second", Self.xml("second", "10.2.0", "port='8010' address='192.0.2.1'")),
      ("third", Self.xml("third", "10.3.0", "port='8011'")),
    ] {
      try testbed.write("/tmp/\(name).xml", xml)
      try tapster("net-define", "/tmp/\(name).xml").checked()
    }
    try tapster("net-start", "first").checked()
    let before = try testbed.output(["nft", "-s", "list", "ruleset"])
    let refused = try tapster("net-start", "second")
    #expect(refused.ending == .exited(1))
    #expect(refused.error.contains("network 'first' forwards tcp 8000-8010"), "\(refused)")
    #expect(refused.error.contains("net-forward remove first tcp 8000-8010"), "\(refused)")
    #expect(try testbed.output(["nft", "-s", "list", "ruleset"]) == before)

    try tapster("net-start", "third").checked()
    let added = try tapster("net-forward", "add", "third", "tcp", "8005", "10.3.0.2")
    #expect(added.ending == .exited(1) && added.error.contains("network 'first'"), "\(added)")
    try tapster("net-forward", "remove", "first", "tcp", "8000-8010").checked()
    try tapster("net-forward", "add", "third", "tcp", "8005", "10.3.0.2").checked()
    try tapster("net-start", "second").checked()
    for name in ["first", "second", "third"] { try tapster("net-destroy", name).checked() }
    #expect(try testbed.output(["nft", "list", "ruleset"]) == "")
  }
}
