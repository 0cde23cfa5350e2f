import ACLEditing
import LinuxTypes
import TapBroker
import Testing

@Suite struct ACLFindingsTests {
  private static let path = FilePath("/nowhere/acl.conf")

  /// What the list of that text says.
  private func contents(_ text: String) throws -> ACLContents {
    var contents = ACLContents(
      goingOn: true, plan: .init(Self.path, nil, becomes: Array(text.utf8)))
    var walk = ACLWalk()
    #expect(try walk.run(&contents, from: Self.path))
    return contents
  }

  /// A host with the users ada (1001) and eve (1002), the group students (2000), a directory with
  /// the user ci (1007), the bridges br0, br1, and br2, whose address nobody set, and the interface
  /// eth0.
  private func host() throws -> ACLSurroundings {
    var host = ACLSurroundings()
    host.users = [Array("ada".utf8): 1001, Array("eve".utf8): 1002]
    host.groups = [Array("students".utf8): 2000]
    host.directoryUsers = [Array("ci".utf8): 1007]
    host.directoryGroups = [Array("staff".utf8): 900]
    for (index, name) in ["br0", "br1", "br2", "eth0"].enumerated() {
      host.interfaces[Array(name.utf8)] = .init(
        name: try #require(InterfaceName(name)),
        index: try #require(InterfaceIndex(Int32(index + 2))), isBridge: name != "eth0",
        hasPinnedAddress: name != "br2", address: MACAddress("02:00:00:00:00:01"))
    }
    return host
  }

  /// `kind@line:column` of all findings.
  private func findings(_ text: String) throws -> [String] {
    ACLFindings.of(try contents(text), on: try host()).map {
      "\($0.kind)@\($0.line ?? 0):\($0.column)"
    }
  }

  @Test(
    arguments: [
      ("", []), ("# x\n\nallow br0\n", []), ("allow br0 user=ada taps=4\ndeny br0 user=eve\n", []),
      // Errors: each line's first.
      (
        "alow br0\nallow br0\n  deny br0 taps=1 x\nallow\n",
        ["syntax@1:1", "syntax@3:12", "syntax@4:6"]
      ),
      // Rules that another always decides for.
      ("allow br0\nallow br0 user=ada\n", ["never-matches@2:1"]),
      ("allow all\n  allow br0 taps=1\n", ["never-matches@2:3"]),
      ("allow br0 user=ada,eve\nallow br0 user=eve taps=9", ["never-matches@2:1"]),
      ("allow br0 user=ada\nallow br0 user=1001 vhost", ["never-matches@2:1"]),
      ("deny br0 user=1001\nallow br0 user=ada", ["never-matches@2:1"]),
      ("allow br0 user=ada\ndeny all user=1001,1002", ["never-matches@1:1"]),
      ("allow br0 group=students\ndeny br0", ["never-matches@1:1"]),
      ("deny br0\ndeny br0 user=ada", ["never-matches@2:1"]),
      ("deny br0 user=ada\ndeny br0", ["never-matches@1:1"]),
      ("allow br0 user=ada\nallow br0  user=ada # again", ["duplicate@2:1"]),
      ("deny br0\ndeny br0\ndeny br0", ["duplicate@2:1", "duplicate@3:1"]),
      // Rules that are not.
      ("allow br0 user=ada\nallow br0", []), ("allow br0\nallow all", []),
      ("allow br0 user=ada\nallow br0 user=ada,eve", []),
      ("allow br0 user=ada\nallow br1 user=ada", []), ("deny br0 user=ada\nallow br0", []),
      ("deny br0\nallow all", []), ("allow br0 group=students\nallow br0 user=2000", []),
      ("deny br0 group=2000\nallow br0 user=ada group=students", []),
      // Names.
      ("allow br0 user=nope,ada", ["unknown-user@1:16"]),
      ("deny br0 group=students,nope", ["unknown-group@1:25"]),
      (
        "allow br0 user=ada,ci group=staff",
        ["user-of-directory@1:20", "group-of-directory@1:29"]
      ),
      ("allow br0 user=4294967294 group=7", []),
      // Bridges, once each.
      ("allow br9\ndeny br9 user=ada\nallow br9 user=eve", ["no-bridge@1:7", "never-matches@3:1"]),
      ("allow eth0", ["not-a-bridge@1:7"]), ("allow br2", ["bridge-address@1:7"]),
      ("deny br2 user=ada\nallow br2 user=eve", ["bridge-address@2:7"]),
      // tap1z141z3-2-%d has room for two digits.
      ("allow br0 user=4294967294 taps=100", []),
      ("allow br0 user=4294967294 taps=4096", ["too-many-taps@1:16"]),
      ("allow br0 user=ada taps=4096", []),
    ] as [(String, [String])])
  func whatThereIsToSay(text: String, expected: [String]) throws {
    #expect(try findings(text) == expected)
  }

  @Test func everySeverityHasItsFindings() throws {
    let found = ACLFindings.of(
      try contents("oops\nallow br9\nallow br0 user=nope\n"), on: try host())
    #expect(found.map(\.severity) == [.error, .note, .warning])
    #expect(found.allSatisfy { $0.file == Self.path && !$0.message.isEmpty })
  }

  @Test func thousandsOfRules() throws {
    let rules = (0..<3000).map { "allow br\($0 % 2) user=\($0) taps=2\n" }.joined()
    #expect(try findings(rules) == [])
    #expect(try findings(rules + "deny br0 user=2998\n") == ["never-matches@2999:1"])
  }
}
