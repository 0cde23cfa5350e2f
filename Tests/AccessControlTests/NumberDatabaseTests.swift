import AccessControl
import Testing

@Suite struct NumberDatabaseTests {
  private static let text = """
    root:x:0:0:root:/root:/bin/bash
    build:x:1001:1001::/home:/bin/sh
    # a comment

    +::::::
    -@netgroup
    :x:1003:
    short:x
    twice:x:1004:
    twice:x:1005:
    alias:x:1001:
    hex:x:0x3e9:
    plus:x:+1001:
    zeros:x:01001:
    wrapped:x:4294968297:
    group:x:2000:build,student
    last:x:9:
    """
  private static let database = NumberDatabase(Array(text.utf8))

  private func names(_ number: UInt32) -> [String] {
    Self.database.names(of: number).map { String(decoding: $0, as: UTF8.self) }
  }

  @Test func everyNameOfANumber() {
    #expect(names(0) == ["root"])
    #expect(names(1001) == ["build", "alias"], "what only looks like 1001 is not 1001")
    #expect(names(2000) == ["group"])
    #expect(names(9) == ["last"], "without a newline after it")
    #expect(names(7) == [])
  }

  @Test func ofANameThatStandsTwiceTheFirstLineCounts() {
    #expect(names(1004) == ["twice"])
    #expect(names(1005) == [], "as for getpwnam")
    #expect(Self.database.number(of: "twice".utf8) == 1004)
  }

  @Test func brokenLinesArePassedOver() {
    #expect(names(1003) == [], "an empty name is nobody")
    #expect(Self.database.number(of: "short".utf8) == nil)
    #expect(Self.database.number(of: "hex".utf8) == nil)
    #expect(Self.database.number(of: "+".utf8) == nil)
  }

  @Test(arguments: ["", "\n", ":", ":::", "a:x:1", "a:x:1:\r\nb:x:2:\r\n"])
  func oddFilesDoNotTrap(text: String) {
    let database = NumberDatabase(Array(text.utf8))
    #expect(database.names(of: 3) == [])
    #expect(database.number(of: "a".utf8) == (text.hasPrefix("a:x:1:") ? 1 : nil))
  }

  @Test func theGroupsOfAUserAndTheMembersOfAGroup() {
    let users = NumberDatabase(
      Array("build:x:1001:1001::/:/bin/sh\nbuild2:x:1001:2000\nodd:x:1001:+5:\n".utf8))
    #expect(users.groups(of: 1001) == [1001, 2000])
    #expect(users.groups(of: 1002) == [])
    let groups = NumberDatabase(
      Array("a:x:1:build\nb:x:2:x,build,y\nc:x:3:builder,,bui\nd:x:4:\ne:x:5\nf:x:6:build:x\n".utf8)
    )
    #expect(groups.numbers(listing: [Array("build".utf8)]) == [1, 2, 6])
    #expect(groups.numbers(listing: [Array("y".utf8), Array("bui".utf8)]) == [2, 3])
    #expect(groups.numbers(listing: []) == [])
  }
}
