internal import FuzzDriver
internal import NetworkModel

/// Any bytes as a network definition: refused, or written back so that the same is read again. Then
/// what follows the last NUL byte is an update of it: refused, or what it makes is written, and is
/// read as the same if it can be read.
@main
enum FuzzNetworkXML {
  static func main() {
    unsafe fuzz { start, count in
      let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
      let end = bytes.lastIndex(of: 0) ?? bytes.count
      do throws(NetworkXMLError) {
        var network = try Network(xml: Array(bytes[..<end]), source: "fuzz")
        do throws(NetworkXMLError) {
          let again = try Network(xml: Array(network.xml.utf8), source: "again")
          precondition(again == network, "what we wrote reads as something else")
        } catch { preconditionFailure("what we wrote is refused: \(error)") }
        if end + 1 < bytes.count { FuzzNetworkXML.update(&network, Array(bytes[(end + 1)...])) }
      } catch {}
      return 0
    }
  }

  /// The first byte says what to do and where, the rest is the entry.
  private static func update(_ network: inout Network, _ bytes: [UInt8]) {
    let commands = NetworkUpdate.Command.allCases
    let sections = NetworkUpdate.Section.allCases
    let choice = Int(bytes[0])
    do throws(NetworkXMLError) {
      let update = try NetworkUpdate(
        commands[choice % commands.count], sections[choice / commands.count % sections.count],
        parentIndex: choice >= 128 ? choice & 3 : nil, xml: Array(bytes[1...]), source: "update")
      let before = network
      do throws(NetworkUpdateError) {
        try update.apply(to: &network)
      } catch { precondition(network == before, "a refused update changed something") }
      // An update can make what no definition may be; then reading it says so.
      let again = try Network(xml: Array(network.xml.utf8), source: "again")
      precondition(again == network, "what an update made reads as something else")
    } catch {}
  }
}
