import LinuxTypes
import Testing

@Suite struct DecimalNumberTests {
  @Test(arguments: [("0", 0), ("7", 7), ("1007", 1007), ("4294967295", UInt32.max)])
  func readsPlainDecimals(text: String, value: UInt32) {
    #expect(DecimalNumber.parse(text.utf8) == value)
  }

  @Test(arguments: ["", "+1", "-1", " 1", "1 ", "01", "0x1", "1e3", "4294967296", "99999999999"])
  func refusesEverythingElse(text: String) {
    #expect(DecimalNumber.parse(text.utf8) == nil)
  }

  @Test func refusesWhatIsAboveTheMaximum() {
    #expect(DecimalNumber.parse("8".utf8, maximum: 8) == 8)
    #expect(DecimalNumber.parse("9".utf8, maximum: 8) == nil)
  }
}
