import AccessControl
import Testing

@Suite struct SubordinateIDsTests {
  private func owner(of number: UInt32, in text: String) throws -> String? {
    try SubordinateIDs(Array(text.utf8)).owner(of: number)
      .map { String(decoding: $0, as: UTF8.self) }
  }

  @Test(
    arguments: [
      (99_999, nil), (100_000, "build"), (165_535, "build"), (165_536, "1002"), (231_071, "1002"),
      (231_072, nil), (0, nil), (1001, nil), (4_294_967_290, "last"), (4_294_967_294, "last"),
    ] as [(UInt32, String?)])
  func whoseTheyAre(number: UInt32, name: String?) throws {
    let text = """
      # build:1001:1
      build:100000:65536

      1002:165536:65536
      none:1001:0
      two:fields
      far:too:many:fields
      last:4294967290:4294967295
      """
    #expect(try owner(of: number, in: text) == name)
  }

  /// Others read hexadecimal numbers there, and octal ones.
  @Test(arguments: ["build:0x186a0:65536", "build:0100000:65536", "build:100000:", "build::1"])
  func aLineThatOthersMayReadOtherwiseIsAnError(line: String) {
    #expect(throws: SubordinateIDs.Unclear(line: 2)) { try owner(of: 1, in: "a:5:1\n" + line) }
  }
}
