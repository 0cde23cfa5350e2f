import LinuxTypes
import Testing

@Suite struct MACAddressTests {
  @Test(arguments: [
    ("52:54:00:12:34:56", "52:54:00:12:34:56"), ("FE:AA:bb:0:1:2", "fe:aa:bb:00:01:02"),
    ("0:0:0:0:0:0", "00:00:00:00:00:00"),
  ])
  func readsSixBytesAndWritesThemInFull(text: String, canonical: String) {
    #expect(MACAddress(text)?.description == canonical)
  }

  @Test(arguments: [
    "", ":", "52:54:00:12:34", "52:54:00:12:34:56:78", "52:54:00:12:34:", ":52:54:00:12:34",
    "52::00:12:34:56", "525400123456", "52-54-00-12-34-56", "152:54:00:12:34:56",
    "5g:54:00:12:34:56",
    " 52:54:00:12:34:56", "52:54:00:12:34:56 ", "52:54:00:12:34:56\0",
  ])
  func refusesAnythingElse(text: String) {
    #expect(MACAddress(text) == nil)
  }

  @Test func takesSixBytesOnly() {
    #expect(MACAddress(bytes: [1, 2, 3, 4, 5, 6])?.bytes == [1, 2, 3, 4, 5, 6])
    #expect(MACAddress(bytes: [1, 2, 3, 4, 5]) == nil)
    #expect(MACAddress(bytes: [1, 2, 3, 4, 5, 6, 7]) == nil)
  }

  @Test(arguments: [
    ("01:00:5e:00:00:01", true), ("ff:ff:ff:ff:ff:ff", true), ("fe:ff:ff:ff:ff:ff", false),
    ("00:01:01:01:01:01", false),
  ])
  func tellsGroupsFromStations(text: String, isMulticast: Bool) {
    #expect(MACAddress(text)?.isMulticast == isMulticast)
  }
}
