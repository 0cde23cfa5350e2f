import Glibc
import TestSupport
import Testing

/// One line a decision in the system log, whoever asks and whatever for.
@Suite(.requiresHelper, .timeLimit(.minutes(10)))
struct DecisionLogTests {
  private let scene: HelperScene
  private let log: DecisionLog

  init() throws {
    scene = try HelperScene(acl: "allow br0 user=build taps=1\ndeny br1\n")
    log = try DecisionLog(in: scene.testbed)
  }

  private func lines() -> [String] { log.lines() }

  @Test func aGrantAndItsLimit() throws {
    let outcome = try scene.testbed.requestTap(["--br=br0"])
    try scene.expectGrant(outcome)
    // Facility 10 (authpriv) times 8, and severity 6.
    #expect(
      lines() == [
        "<86>tapster-helper: granted tap=taprt-2-0 bridge=br0 uid=1001 queues=1 rule=/etc/tapster/acl.conf:1"
      ])
    #expect(try scene.testbed.requestTap(["--br=br0"]).isRefusal)
    let refused = lines()
    #expect(refused.count == 1)
    #expect(
      refused[0].hasPrefix("<85>tapster-helper: refused bridge=br0 uid=1001 status=77: 1 of 1 taps")
    )
    withExtendedLifetime(outcome) {}
  }

  @Test(arguments: [
    (Credentials.build, "br1", "status=77: user 'build' (uid 1001) may not use bridge 'br1'"),
    (.student, "br0", "status=77: user 'student' (uid 1002) may not use bridge 'br0'"),
    (.stranger, "br0", "status=77: uid 4242 may not use bridge 'br0'"),
    (.build, "br9", "status=69: there is no bridge 'br9'"),
  ])
  func aRefusal(caller: Credentials, bridge: String, words: String) throws {
    #expect(try scene.testbed.requestTap(["--br=\(bridge)"], as: caller).isRefusal)
    let lines = lines()
    #expect(lines.count == 1)
    #expect(
      lines.first?.hasPrefix(
        "<85>tapster-helper: refused bridge=\(bridge) uid=\(caller.user) \(words)") == true,
      "\(lines)")
  }

  @Test func aBrokenList() throws {
    try scene.write("nonsense\n")
    #expect(try scene.testbed.requestTap(["--br=br0"]).isRefusal)
    let lines = lines()
    #expect(
      lines.count == 1 && lines[0].contains("status=78: /etc/tapster/acl.conf:1:1: "), "\(lines)")
  }

  @Test func whatTheCallerWroteIsEscaped() throws {
    _ = try scene.testbed.requestTap([]) {
      $0.arguments.insert(Array("--br=".utf8) + [0xFF, 0x9B, 0x5C], at: 1)
    }
    let lines = lines()
    #expect(lines.count == 1)
    #expect(lines.first?.contains(#"bridge=\xff\x9b\\ uid=1001"#) == true, "\(lines)")
  }

  /// Nobody reads the log: that holds up nobody.
  @Test func aLogThatIsFull() throws {
    for _ in 0..<400 { #expect(try scene.testbed.requestTap(["--br=br1"]).isRefusal) }
    try scene.expectGrant(try scene.testbed.requestTap(["--br=br0"]))
    #expect(!lines().isEmpty)
  }
}
