import Glibc
import TestSupport
import Testing

/// One line a decision in the system log, whoever asks and whatever for.
@Suite(.requiresHelper, .timeLimit(.minutes(10)))
struct DecisionLogTests {
  private let scene: HelperScene
  private let log: OpenDescriptor

  init() throws {
    scene = try HelperScene(acl: "allow br0 user=build taps=1\ndeny br1\n")
    let number = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    try #require(number >= 0)
    log = OpenDescriptor(owning: number)
    try log.makeNonBlocking()
    let path = "\(scene.testbed.root)/dev/log"
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    // SAFETY: the path is shorter than sun_path, which is zero behind it, and the structure has the
    // size that bind is told.
    let bound = unsafe withUnsafeMutableBytes(of: &address) { bytes in
      let offset = MemoryLayout<sa_family_t>.size
      for (index, byte) in path.utf8.enumerated() { unsafe bytes[offset + index] = byte }
      return unsafe bind(
        number, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
    }
    try #require(bound == 0, "\(path)")
    try scene.testbed.output(["chmod", "666", "/dev/log"])
  }

  /// The lines that are there, their process numbers left out.
  private func lines() -> [String] {
    var lines: [String] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      // SAFETY: the array has the size that the call is told.
      let count = unsafe recv(log.rawValue, &buffer, buffer.count, 0)
      guard count > 0 else { return lines }
      let line = String(decoding: buffer[..<count], as: UTF8.self)
      lines.append(line.replacing(#/\[\d+\]/#, with: ""))
    }
  }

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
