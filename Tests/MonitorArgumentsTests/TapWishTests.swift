import LinuxTypes
import MonitorArguments
import Testing

@Suite struct TapWishTests {
  @Test func aBridgeAloneIsAsTheOtherOptionsSay() throws {
    let plain = try TapWish("virbr0")
    #expect(plain.bridge == InterfaceName("virbr0"))
    #expect(plain.queues == 1 && !plain.vhost)
    #expect(plain.address == nil && plain.id == nil && plain.name == nil)
    let other = try TapWish("virbr0", queues: 4, vhost: true)
    #expect(other.queues == 4 && other.vhost)
  }

  @Test func whatStandsBehindTheBridgeIsOfItsTap() throws {
    let wish = try TapWish(
      "br-lab,queues=2,vhost,mac=52:54:00:00:00:07,id=lab.net_1,name=web0", queues: 8)
    #expect(wish.queues == 2 && wish.vhost)
    #expect(wish.address == MACAddress("52:54:00:00:00:07"))
    #expect(wish.id == "lab.net_1")
    #expect(wish.name == InterfaceName("web0"))
  }

  @Test(arguments: ["", ",vhost", "br0:1", "sixteen-bytes-xx", "br 0", "..", "br%d"])
  func whatIsNoBridge(text: String) throws {
    let error = #expect(throws: MonitorArgumentsError.self) { try TapWish(text) }
    guard case .badBridge = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test(arguments: [
    "", "queues", "queues=", "queues=0", "queues=127", "queues=-1", "queues=02", "queues=two",
    "vhost=on", "vhost,vhost", "mac", "mac=", "mac=52:54:00", "mac=01:00:5e:00:00:01",
    "mac=00:00:00:00:00:00", "id=", "id=0net", "id=a b", "id=a,id=b", "name=", "name=a/b",
    "name=sixteen-bytes-xx", "script=no", "QUEUES=2", " vhost",
  ])
  func whatIsNoOptionOfIt(text: String) throws {
    let error = #expect(throws: MonitorArgumentsError.self) { try TapWish("br0,\(text)") }
    guard case .badBridgeOption = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
