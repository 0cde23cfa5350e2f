import Testing

@testable import LinuxNetworking

@Suite struct InterfaceNameBufferTests {
  @Test(arguments: ["a", "fifteen-bytes-x"])
  func holdsANameAndItsNUL(text: String) throws {
    let buffer = try #require(InterfaceNameBuffer(Array(text.utf8)))
    #expect(buffer.bytes.count == 16)
    #expect(buffer.bytes.last == 0)
    #expect(buffer.name == Array(text.utf8))
  }

  @Test(arguments: ["", "sixteen-bytes-xx", "a\0b"])
  func cutsNothing(text: String) {
    #expect(InterfaceNameBuffer(Array(text.utf8)) == nil)
  }
}
