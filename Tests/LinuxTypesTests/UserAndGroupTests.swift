import LinuxTypes
import Testing

@Suite struct UserAndGroupTests {
  @Test func theNumberForNobodyIsNoUser() {
    #expect(UserID(0)?.rawValue == 0)
    #expect(UserID(.max - 1)?.rawValue == UInt32.max - 1)
    #expect(UserID(.max) == nil)
    #expect(GroupID(.max - 1)?.rawValue == UInt32.max - 1)
    #expect(GroupID(.max) == nil)
  }

  @Test func interfaceIndicesArePositive() {
    #expect(InterfaceIndex(1)?.rawValue == 1)
    #expect(InterfaceIndex(0) == nil)
    #expect(InterfaceIndex(-1) == nil)
  }

  @Test(arguments: [
    (Int32(1), "Operation not permitted"), (2, "No such file or directory"),
  ])
  func errorNumbersHaveWords(code: Int32, words: String) {
    #expect(Errno(code).description == words)
  }
}
