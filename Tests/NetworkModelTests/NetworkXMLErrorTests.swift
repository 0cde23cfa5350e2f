import NetworkModel
import Testing

struct NetworkXMLErrorTests {
  private func refusal(_ xml: String) -> String? {
    do throws(NetworkXMLError) {
      _ = try Network(xml: Array(xml.utf8), source: "lan.xml")
      return nil
    } catch { return error.description }
  }

  @Test func saysWhereAndWhatIsAllowed() {
    #expect(
      refusal("<network>\n<name>a</name>\n<bridge nam='x'/></network>")
        == "lan.xml:3: in <bridge>: attribute 'nam' is not known here; allowed: name, zone, stp, delay, macTableManager"
    )
    #expect(
      refusal("<network><name>a</name>\n<portgruop/></network>")?.hasPrefix(
        "lan.xml:2: in <network>: element <portgruop> is not known here; allowed: <name>, "
      ) == true)
    #expect(
      refusal("<network><name>a</name><ip address='10.0.0.1' netmask='255.0.255.0'/></network>")
        == "lan.xml:1: in <ip>: attribute netmask '255.0.255.0' is not a netmask, with all its ones in front"
    )
  }

  @Test(arguments: [
    "<network/>", "<network><name/></network>", "<network><name>a/b</name></network>", "<x/>", "",
    "<network><name>a</name><name>b</name></network>",
    "<network><name>a</name><bridge name='a\"b'/></network>",
    "<network><name>a</name><bridge name='br*'/></network>",
    "<network><name>a</name><mac address='01:00:00:00:00:00'/></network>",
    "<network><name>a</name><forward mode='vape'/></network>",
    "<network><name>a</name><domain name='a,b'/></network>",
    "<network><name>a</name><ip address='10.0.0.1' prefix='24'><dhcp><range start='10.0.1.1' end='10.0.1.2'/></dhcp></ip></network>",
    "<network><name>a</name><ip address='10.0.0.1' prefix='24'><dhcp><range start='10.0.0.9' end='10.0.0.2'/></dhcp></ip></network>",
  ])
  func isRefused(xml: String) { #expect(refusal(xml) != nil) }

  @Test func entitiesAreRefusedBeforeTheyAreRead() {
    var bomb = "<!DOCTYPE network [<!ENTITY a0 'x'>"
    for level in 1...30 { bomb += "<!ENTITY a\(level) '&a\(level - 1);&a\(level - 1);'>" }
    #expect(
      refusal("\(bomb)]>\n<network><name>&a30;</name></network>")
        == "lan.xml:1: a document type declaration or entity is not allowed")
    #expect(
      refusal("<!DOCTYPE network SYSTEM 'file:///etc/passwd'><network><name>a</name></network>")
        != nil)
    #expect(refusal("<network><name>&a;</name></network>") != nil)
  }

  @Test func sizeAndDepthAreBounded() {
    #expect(
      refusal(String(repeating: " ", count: 5 << 20)) == "lan.xml:1: larger than 4194304 bytes")
    #expect(refusal(String(repeating: "<network>", count: 100_000)) != nil)
    let deep = String(repeating: "<a>", count: 100) + String(repeating: "</a>", count: 100)
    #expect(
      refusal("<network><name>a</name>\(deep)</network>")
        == "lan.xml:1: elements nested deeper than 64")
  }

  @Test func otherEncodingsAreRefused() {
    let utf16: [UInt8] =
      [0xFF, 0xFE] + "<network/>".utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
    #expect(throws: NetworkXMLError.self) { try Network(xml: utf16, source: "x") }
  }
}
