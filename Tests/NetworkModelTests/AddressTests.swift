import NetworkModel
import Testing

struct AddressTests {
  @Test(arguments: ["0.0.0.0", "192.168.122.1", "255.255.255.255"])
  func ipv4IsReadAndWritten(text: String) { #expect(IPv4Address(text)?.description == text) }

  @Test(arguments: [
    "", "1.2.3", "1.2.3.4.5", "256.0.0.1", "01.2.3.4", "1.2.3.-4", " 1.2.3.4", "1.2.3.4\n",
  ])
  func notIPv4(text: String) { #expect(IPv4Address(text) == nil) }

  @Test(arguments: [
    ("2001:db8:ac10:fe01::1", "2001:db8:ac10:fe01::1"), ("::", "::"), ("::1", "::1"),
    ("1::", "1::"), ("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
    ("1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"), ("::ffff:1.2.3.4", "::ffff:1.2.3.4"),
    ("::ffff:102:304", "::ffff:1.2.3.4"), ("::1.2.3.4", "::1.2.3.4"), ("::304", "::304"),
    ("::1:304", "::0.1.3.4"), ("1::ffff:102:304", "1::ffff:102:304"),
  ])
  func ipv6IsReadAndWritten(text: String, written: String) {
    #expect(IPv6Address(text)?.description == written)
  }

  @Test(arguments: [
    "", ":", ":::", "1:2:3:4:5:6:7", "1::2::3", "12345::", "g::", "1:2:3:4:5:6:7:8:9", "+1::",
  ])
  func notIPv6(text: String) { #expect(IPv6Address(text) == nil) }

  @Test(arguments: [
    ("255.255.255.0", 24), ("0.0.0.0", 0), ("255.255.255.255", 32), ("128.0.0.0", 1),
  ])
  func netmaskHasALength(mask: String, length: Int) throws {
    #expect(try IPv4Network.prefixLength(ofNetmask: #require(IPv4Address(mask))) == length)
  }

  @Test(arguments: ["255.0.255.0", "0.0.0.1", "255.255.255.253"])
  func netmaskWithAHole(mask: String) throws {
    #expect(try IPv4Network.prefixLength(ofNetmask: #require(IPv4Address(mask))) == nil)
  }

  @Test(arguments: [
    ("192.168.122.0", 24, "192.168.0.0", 16, true),
    ("192.168.122.0", 24, "192.168.122.9", 32, true),
    ("192.168.122.0", 24, "192.168.123.0", 24, false), ("0.0.0.0", 0, "10.0.0.0", 8, true),
  ])
  func overlap(a: String, aLength: Int, b: String, bLength: Int, expected: Bool) throws {
    let (one, other) = (try #require(IPv4Address(a)), try #require(IPv4Address(b)))
    let first = try #require(IPv4Network(containing: one, prefixLength: aLength))
    let second = try #require(IPv4Network(containing: other, prefixLength: bLength))
    #expect(first.overlaps(second) == expected)
    #expect(second.overlaps(first) == expected)
  }
}
