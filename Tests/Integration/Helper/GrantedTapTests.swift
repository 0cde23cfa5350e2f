import Glibc
import TestSupport
import Testing

/// What a tap is that was granted: on the bridge, guarded, and passing frames.
@Suite(.requiresHelper, .timeLimit(.minutes(10)))
struct GrantedTapTests {
  private func scene(_ acl: String, tunMode: UInt32 = 0o666) throws -> HelperScene {
    let scene = try HelperScene(acl: acl, tunMode: tunMode)
    for bridge in ["br0", "br1"] { try scene.testbed.output(["ip", "link", "set", bridge, "up"]) }
    return scene
  }

  private func tap(
    _ scene: HelperScene, as caller: Credentials = .build, _ options: [String] = [], queues: Int = 1
  ) throws -> (name: String, queues: [OpenDescriptor]) {
    let outcome = try scene.testbed.requestTap(["--br=br0"] + options, as: caller)
    return (try scene.expectGrant(outcome, queues: queues), outcome.descriptors)
  }

  @Test func itIsWhatTheRuleAndTheBridgeAre() throws {
    let scene = try scene("allow br0 persist isolated mac=52:54:00:00:00:01,52:54:00:00:00:02\n")
    try scene.testbed.output(["ip", "link", "set", "br0", "mtu", "1400"])
    let tap = try tap(scene, ["--name=web0"])
    let link = try scene.testbed.json(["ip", "-j", "-d", "link", "show", tap.name])[0]
    #expect(link["master"].string == "br0")
    #expect(link["mtu"].integer == 1400)
    #expect(link["flags"].array.contains(.string("UP")))
    #expect(link["address"].string?.hasPrefix("fe:") == true)
    #expect(link["altnames"].array == [.string("web0")])
    let alias = try #require(
      link["ifalias"].string?.firstMatch(
        of: /^tapster uid=1001 since=(\d+) rule=\/etc\/tapster\/acl\.conf:1$/))
    let since = try #require(Int(alias.1))
    #expect((Int(time(nil)) - 60...Int(time(nil))).contains(since))
    #expect(link["inet6_addr_gen_mode"].string == "none")
    let information = link["linkinfo"]["info_data"]
    #expect(information["type"].string == "tap")
    #expect(information["user"].string == "build" || information["user"].integer == 1001)
    #expect(information["persist"].bool == false)

    let addresses = try scene.testbed.json(["ip", "-j", "address", "show", tap.name])[0]
    #expect(addresses["addr_info"].array == [], "nobody of the host answers on it")

    let port = try scene.testbed.json(["bridge", "-d", "-j", "link", "show", "dev", tap.name])[0]
    #expect(port["isolated"].bool == true)
    #expect(port["locked"].bool == true)
    #expect(port["learning"].bool == false)
    #expect(port["root_block"].bool == true)
    let known = try scene.testbed.json(["bridge", "-j", "fdb", "show", "dev", tap.name]).array
    for address in ["52:54:00:00:00:01", "52:54:00:00:00:02"] {
      #expect(known.contains { $0["mac"].string == address && $0["master"].string == "br0" })
    }
  }

  @Test func withoutKeysThePortIsGuardedAndNothingElse() throws {
    let scene = try scene("allow br0\n")
    let tap = try tap(scene)
    let port = try scene.testbed.json(["bridge", "-d", "-j", "link", "show", "dev", tap.name])[0]
    #expect(port["root_block"].bool == true)
    #expect(port["learning"].bool == true)
    for flag in ["isolated", "locked", "hairpin", "guard"] {
      #expect(port[flag].bool == false, "\(flag)")
    }
  }

  /// A bridge takes the lowest address of its ports: a guest's coming and going must not change it.
  @Test func theBridgesAddressStaysWhatItWas() throws {
    let scene = try scene("allow br0\n")
    try scene.testbed.output([
      "ip", "link", "add", "port0", "type", "veth", "peer", "name", "port1",
    ])
    try scene.testbed.output([
      "ip", "link", "set", "port0", "address", "fa:ff:ff:ff:ff:ff", "master", "br0",
    ])
    func address() throws -> String? {
      try scene.testbed.json(["ip", "-j", "link", "show", "br0"])[0]["address"].string
    }
    let before = try address()
    let outcome = try scene.testbed.requestTap(["--br=br0"])
    #expect(outcome.isGrant(), "\(outcome)")
    #expect(try address() == before)
  }

  @Test func framesPassBetweenTwoTaps() throws {
    let scene = try scene("allow br0\n")
    let (first, second) = (try tap(scene), try tap(scene, as: .student))
    try EthernetFrame(from: 1, "there").send(through: first.queues[0])
    #expect(try EthernetFrame.texts(arrivingAt: second.queues, upTo: "there") == ["there"])
    try EthernetFrame(from: 2, "and back").send(through: second.queues[0])
    #expect(try EthernetFrame.texts(arrivingAt: first.queues, upTo: "and back") == ["and back"])
  }

  @Test func bothQueuesPassFrames() throws {
    let scene = try scene("allow br0 queues=2\n")
    let multiple = try tap(scene, ["--queues=2"], queues: 2)
    let other = try tap(scene, as: .student)
    for (index, queue) in multiple.queues.enumerated() {
      try EthernetFrame(from: 1, "queue \(index)").send(through: queue)
    }
    #expect(
      try EthernetFrame.texts(arrivingAt: other.queues, upTo: "queue 1") == ["queue 0", "queue 1"])
    try EthernetFrame(from: 2, "back").send(through: other.queues[0])
    #expect(try EthernetFrame.texts(arrivingAt: multiple.queues, upTo: "back") == ["back"])
  }

  @Test func isolatedPortsDoNotTalkToEachOther() throws {
    let scene = try scene("allow br0 user=build isolated\nallow br0 user=student\n")
    let (first, second) = (try tap(scene), try tap(scene))
    let open = try tap(scene, as: .student)
    try EthernetFrame(from: 1, "secret").send(through: first.queues[0])
    // Sent later, it arrives later: what did not come before it does not come.
    try EthernetFrame(from: 3, "open").send(through: open.queues[0])
    #expect(try EthernetFrame.texts(arrivingAt: second.queues, upTo: "open") == ["open"])
    #expect(try EthernetFrame.texts(arrivingAt: open.queues, upTo: "secret") == ["secret"])
  }

  @Test func aLockedPortSendsFromItsAddressesOnly() throws {
    let scene = try scene(
      "allow br0 user=build mac=52:54:00:00:00:01,52:54:00:00:00:02\nallow br0\n")
    let (locked, other) = (try tap(scene), try tap(scene, as: .student))
    try EthernetFrame(from: 9, "forged").send(through: locked.queues[0])
    try EthernetFrame(from: 1, "first").send(through: locked.queues[0])
    try EthernetFrame(from: 9, "forged again").send(through: locked.queues[0])
    try EthernetFrame(from: 2, "second").send(through: locked.queues[0])
    #expect(
      try EthernetFrame.texts(arrivingAt: other.queues, upTo: "second") == ["first", "second"])
  }

  @Test func aFrameFromAnotherPortDoesNotTakeALockedAddress() throws {
    let scene = try scene("allow br0 user=build mac=52:54:00:00:00:01\nallow br0\n")
    let (locked, other) = (try tap(scene), try tap(scene, as: .student))
    try EthernetFrame(from: 1, "stolen").send(through: other.queues[0])
    #expect(try EthernetFrame.texts(arrivingAt: locked.queues, upTo: "stolen") == ["stolen"])
    let entries = try scene.testbed.json(["bridge", "-j", "fdb", "show", "br", "br0"]).array
    let owners = entries.filter { $0["mac"].string == "52:54:00:00:00:01" }
    #expect(owners.allSatisfy { $0["ifname"].string == locked.name }, "\(owners)")
    try EthernetFrame(from: 1, "mine").send(through: locked.queues[0])
    #expect(try EthernetFrame.texts(arrivingAt: other.queues, upTo: "mine") == ["mine"])
  }

  /// Below 1280 bytes the kernel takes IPv6 off an interface, and with it what we would set there.
  @Test(arguments: [68, 1279, 1280, 9000])
  func theBridgesMTUIsTheTaps(mtu: Int) throws {
    let scene = try scene("allow br0\n")
    try scene.testbed.output(["ip", "link", "set", "br0", "mtu", "\(mtu)"])
    let tap = try tap(scene)
    let link = try scene.testbed.json(["ip", "-j", "link", "show", tap.name])[0]
    #expect(link["mtu"].integer == mtu)
  }

  // MARK: Installs

  @Test(
    arguments: [
      (Testbed.helper, 0o666), (Testbed.helper, 0o600), (Testbed.capabilityHelper, 0o666),
    ] as [(String, UInt32)])
  func eitherInstallGrants(helper: String, tunMode: UInt32) throws {
    let scene = try scene("allow br0 group=students\n", tunMode: tunMode)
    try scene.expectGrant(
      try scene.testbed.requestTap(["--use-vnet", "--br=br0"], as: .student, helper: helper))
    let refused = try scene.testbed.requestTap(["--br=br0"], as: .build, helper: helper)
    #expect(refused.helper.status == ExitStatus.notPermitted.rawValue && refused.message == nil)
  }

  @Test func aFileCapabilityDoesNotOpenWhatOnlyRootMay() throws {
    let scene = try scene("allow br0\n", tunMode: 0o600)
    let outcome = try scene.testbed.requestTap(["--br=br0"], helper: Testbed.capabilityHelper)
    try scene.expectRefusal(outcome, .unavailable, "cannot open /dev/net/tun: Permission denied")
  }

  @Test func aMachineWithoutTuns() throws {
    let scene = try scene("allow br0\n")
    try scene.testbed.output(["rm", "/dev/net/tun"])
    try scene.expectRefusal(
      try scene.testbed.requestTap(["--br=br0"]), .unavailable, "cannot open /dev/net/tun")
  }

  @Test func whatIsNoBridge() throws {
    let scene = try scene("allow all\n")
    for name in ["lo", "br9"] {
      try scene.expectRefusal(
        try scene.testbed.requestTap(["--br=\(name)"]), .unavailable, "'\(name)'")
    }
  }
}
