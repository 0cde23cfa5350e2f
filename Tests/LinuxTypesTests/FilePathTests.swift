import LinuxTypes
import Testing

@Suite struct FilePathTests {
  @Test func takesWhatFitsPATHMAXWithItsNUL() {
    #expect(FilePath(Array(repeating: UInt8(ascii: "a"), count: 4095)) != nil)
    #expect(FilePath(Array(repeating: UInt8(ascii: "a"), count: 4096)) == nil)
    #expect(FilePath([UInt8]()) == nil)
    #expect(FilePath(Array("a\0b".utf8)) == nil)
  }

  @Test(arguments: [
    ("/etc/tapster/acl.conf", "/etc/qemu/bridge.conf", "/etc/qemu/bridge.conf"),
    ("/etc/tapster/acl.conf", "acl.d/a.conf", "/etc/tapster/acl.d/a.conf"),
    ("/etc/tapster/acl.conf", "../a", "/etc/tapster/../a"),
    ("/acl.conf", "a", "/a"),
    ("acl.conf", "a", "a"),
  ])
  func includesAreBesideTheirFile(file: String, other: String, result: String) throws {
    let file = try #require(FilePath(Array(file.utf8)))
    let other = try #require(FilePath(Array(other.utf8)))
    #expect(file.resolving(other)?.bytes == Array(result.utf8))
  }

  @Test func aJoinedPathThatIsTooLongIsNone() throws {
    let file = try #require(FilePath(Array("/etc/tapster/acl.conf".utf8)))
    let other = try #require(FilePath(Array(repeating: UInt8(ascii: "a"), count: 4095)))
    #expect(file.resolving(other) == nil)
  }

  @Test func isShownEscaped() throws {
    let path = try #require(FilePath(Array("/etc/\u{1b}]0;x\u{7}".utf8)))
    #expect(path.description == #"/etc/\x1b]0;x\x07"#)
  }
}
