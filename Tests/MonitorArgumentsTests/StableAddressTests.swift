import LinuxTypes
import MonitorArguments
import Testing

@Suite struct StableAddressTests {
  private func address(_ name: String, _ user: UInt32 = 1001, card: Int = 0) throws -> MACAddress {
    .stable(for: name, of: try #require(UserID(user)), card: card)
  }

  /// Written down: a version that made others would take every guest's lease and name away. They
  /// were computed apart, from the definition of FNV-1a.
  @Test(arguments: [
    ("web", UInt32(1001), 0, "52:54:00:8c:59:d4"),
    ("web", UInt32(1001), 1, "52:54:00:eb:01:50"),
    ("web", UInt32(1002), 0, "52:54:00:25:58:63"),
    ("büro 1", UInt32(1000), 0, "52:54:00:af:10:dc"),
    ("", UInt32(0), 0, "52:54:00:0a:3f:59"),
  ])
  func isTheSameForEver(name: String, user: UInt32, card: Int, expected: String) throws {
    #expect(try address(name, user, card: card).description == expected)
  }

  @Test func differsByEachOfTheThree() throws {
    var seen: Set<MACAddress> = []
    for name in ["web", "web1", "web2", "1web", ""] {
      for user: UInt32 in [0, 1, 1001, 10010] {
        for card in 0..<4 {
          let address = try address(name, user, card: card)
          #expect(seen.insert(address).inserted, "\(name) \(user) \(card)")
          #expect(address.description.hasPrefix("52:54:00:"))
        }
      }
    }
  }

  /// As many as a hash that knows nothing of names would have, or nearly.
  @Test func manyNamesHaveFewAddressesInCommon() throws {
    let addresses = try (0..<2000).map { try address("vm-\($0)") }
    #expect(Set(addresses).count >= 1998)
  }
}
