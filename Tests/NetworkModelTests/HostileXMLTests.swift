import NetworkModel
import Testing

/// XML that somebody wrote to hurt its reader.
struct HostileXMLTests {
  private func problem(_ bytes: [UInt8]) -> NetworkXMLError.Problem? {
    do throws(NetworkXMLError) {
      _ = try Network(xml: bytes, source: "lan.xml")
      return nil
    } catch { return error.problem }
  }

  private func problem(_ xml: String) -> NetworkXMLError.Problem? { problem(Array(xml.utf8)) }

  @Test func entitiesAreRefusedBeforeTheyAreRead() {
    var bomb = "<!DOCTYPE network [<!ENTITY a0 'x'>"
    for level in 1...30 { bomb += "<!ENTITY a\(level) '&a\(level - 1);&a\(level - 1);'>" }
    #expect(problem("\(bomb)]>\n<network><name>&a30;</name></network>") == .documentType)
    #expect(
      problem("<!DOCTYPE network SYSTEM 'file:///etc/passwd'><network><name>a</name></network>")
        == .documentType)
    #expect(problem("<network><name>&a;</name></network>") != nil)
    #expect(problem("<network><name>a</name><ip address='&a;'/></network>") != nil)
  }

  @Test func sizeIsBoundedBeforeAnythingIsRead() {
    #expect(
      problem([UInt8](repeating: UInt8(ascii: " "), count: 100 << 20))
        == .tooLarge(Network.maximumXMLSize))
  }

  @Test func depthIsBounded() {
    #expect(problem(String(repeating: "<network>", count: 100_000)) != nil)
    let deep = String(repeating: "<a>", count: 100) + String(repeating: "</a>", count: 100)
    #expect(problem("<network><name>a</name>\(deep)</network>") == .tooDeep(64))
    let foreign =
      String(repeating: "<a xmlns='urn:a'>", count: 60) + String(repeating: "</a>", count: 60)
    #expect(problem("<network><name>a</name>\(foreign)</network>") == nil)
  }

  /// libxml2 compares every attribute of an element with every other: these would take minutes.
  @Test func attributesOfAnElementAreBounded() {
    func network(_ count: Int) -> String {
      let attributes = (0..<count).map { " z:a\($0)='\"!-->'" }.joined()
      return "<network xmlns:z='urn:z'\(attributes)><name>a</name></network>"
    }
    #expect(problem(network(255)) == nil)
    #expect(problem(network(300_000)) != nil)
    #expect(problem(network(256)) == .tooMany(256, "attributes in an element"))
  }

  @Test func elementsAreBounded() {
    func network(_ count: Int) -> String {
      let elements = (0..<count).map { "<a\($0)/>" }.joined()
      return "<network><!-- <a> ' --><name>a</name><z:z xmlns:z='z'>\(elements)</z:z></network>"
    }
    #expect(problem(network(20_000)) == nil)
    #expect(problem(network(300_001)) == .tooMany(300_000, "elements and attributes"))
  }

  @Test func fortyThousandHostsAreNotTooMany() {
    let hosts = (2..<40_002).map {
      let (high, low) = ($0 >> 8, $0 & 255)
      return "<host mac='52:54:00:00:\(String(high, radix: 16)):\(String(low, radix: 16))' "
        + "name='h\($0)' ip='10.1.\(high).\(low)'/>"
    }.joined(separator: "\n")
    #expect(
      problem(
        "<network><name>a</name><ip address='10.1.0.1' prefix='16'><dhcp>\(hosts)</dhcp></ip></network>"
      ) == nil)
  }

  @Test func otherEncodingsAreRefused() {
    let utf16: [UInt8] =
      [0xFF, 0xFE] + "<network/>".utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
    #expect(problem(utf16) == .notUTF8)
    #expect(
      problem(Array("<network><name>".utf8) + [0xC3, 0x28] + Array("</name></network>".utf8))
        == .notUTF8)
    // Whatever it calls itself, it is read as the UTF-8 that it is.
    #expect(
      problem("<?xml version='1.0' encoding='iso-8859-1'?><network><name>ä</name></network>") == nil
    )
  }

  @Test func nothingHidesBehindANULByte() {
    let good = Array("<network><name>a</name></network>".utf8)
    #expect(problem(good) == nil)
    #expect(problem(good + [0] + Array("<rest/>".utf8)) != nil)
    #expect(problem(Array("<network><name>a".utf8) + [0] + Array("</name></network>".utf8)) != nil)
    #expect(problem("<network><name>a&#0;b</name></network>") != nil)
  }

  @Test(arguments: [
    "<network><name>a</name>", "<network><name>a</nam></network>", "<network", "<", "\u{FEFF}",
    "<network><name>a</name></network><network/>", "<network><name a='1' a='2'>b</name></network>",
    "<network><z:a/><name>a</name></network>", "<!-- <network/> -->",
  ])
  func whatIsNotXML(xml: String) { #expect(problem(xml) != nil) }
}
