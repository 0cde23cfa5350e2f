internal import FuzzDriver
internal import NetworkModel

/// Any bytes as a network definition: refused, or written back so that it reads the same again.
@main
enum FuzzNetworkXML {
  static func main() {
    unsafe fuzz { start, count in
      let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
      do throws(NetworkXMLError) {
        let network = try Network(xml: bytes, source: "fuzz")
        let written = network.xml
        do throws(NetworkXMLError) {
          let again = try Network(xml: Array(written.utf8), source: "again")
          precondition(again.xml == written, "the second writing differs")
        } catch { preconditionFailure("what we wrote is refused: \(error)") }
      } catch {}
      return 0
    }
  }
}
