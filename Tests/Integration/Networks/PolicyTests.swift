import TestSupport
import Testing

/// A network's policy, as connections meet it.
@Suite(
  .enabled(if: Privilege.isRoot, "namespaces need root"),
  .enabled(if: Binaries.exists(Binaries.tapster), "tapster is not built"))
struct PolicyTests {
  typealias Site = PolicySite

  @Test(arguments: [false, true])
  func aForwardIsReachedFromEverywhere(bridgeNetfilter: Bool) throws {
    let site = try Site(bridgeNetfilter: bridgeNetfilter)
    let tcp = try site.listen("www", Site.www, 80)
    let udp = try site.listen("www", Site.www, 80, isTCP: false)
    let gateway = "192.168.150.1"
    // From where, by which of the host's addresses; and who the guest thinks it is.
    var ways: [(client: String?, address: String, seen: String)] = [
      ("outside", Site.uplink, Site.outside), ("outside", Site.secondAddress, Site.outside),
      (nil, Site.uplink, Site.uplink), (nil, gateway, gateway),
      ("peer", Site.uplink, gateway), ("peer", gateway, gateway), ("www", Site.uplink, gateway),
      ("other", Site.uplink, gateway), ("other", "192.168.153.1", gateway),
    ]
    if bridgeNetfilter {
      // Then the bridge translates by itself: fellows see each other, and it sends nothing back by
      // the port that it came from.
      ways.removeAll { $0.client == "www" }
      for (number, way) in ways.enumerated() where way.client == "peer" {
        ways[number].seen = "192.168.150.12"
      }
    }
    for (client, address, seen) in ways {
      for listener in [tcp, udp] {
        let story = "\(client ?? "host") by \(address)"
        let conversation = try? listener.conversation(from: client, at: address, 8080)
        let talk = try #require(conversation, "\(story)")
        #expect(talk.address == seen, "\(story)")
        #expect(talk.goesOn(), "\(story)")
      }
    }
  }

  @Test func rangesAddressesAndIPv6LeadWhereTheySay() throws {
    let site = try Site()
    let shifted = try site.listen("www", Site.www, 7003)
    #expect(try shifted.seen(from: "outside", at: Site.uplink, 9003) == Site.outside)
    #expect(try shifted.seen(from: "outside", at: Site.uplink, 9002) == "refused")
    let last = try site.listen("www", Site.www, 7009)
    #expect(try last.seen(from: "outside", at: Site.uplink, 9009) == Site.outside)
    let beyond = try site.listen("www", Site.www, 7010)
    #expect(try beyond.seen(from: "outside", at: Site.uplink, 9010) == "refused")
    let same = try site.listen("www", Site.www, 9101, isTCP: false)
    #expect(try same.seen(from: "outside", at: Site.uplink, 9101) == Site.outside)

    let ssh = try site.listen("www", Site.www, 22)
    #expect(try ssh.seen(from: "outside", at: Site.secondAddress, 2222) == Site.outside)
    #expect(try ssh.seen(from: "outside", at: Site.uplink, 2222) == "refused")

    let six = try site.listen("www", Site.wwwIPv6, 80)
    #expect(try six.seen(from: "outside", at: Site.uplinkIPv6, 8086) == "2001:db8:ff01::2")
    #expect(try six.seen(from: nil, at: Site.uplinkIPv6, 8086) == Site.uplinkIPv6)
    #expect(try six.seen(from: "peer", at: Site.uplinkIPv6, 8086) == "2001:db8:150::12")
    #expect(try six.seen(from: "outside", at: Site.wwwIPv6, 80) == "refused")

    let isolated = try site.listen("deep", Site.deep, 80)
    #expect(try isolated.seen(from: "outside", at: Site.uplink, 8152) == "192.168.152.1")
    let routed = try site.listen("far", Site.far, 80)
    #expect(try routed.seen(from: "outside", at: Site.uplink, 8151) == Site.outside)
  }

  @Test func nobodyElseComesIn() throws {
    let site = try Site()
    let www = try site.listen("www", Site.www, 80)
    for client in ["outside", "other"] {
      #expect(try www.seen(from: client, at: Site.www, 80) == "refused", "\(client)")
    }
    // Within the network, and from the host, nothing is in between.
    #expect(try www.seen(from: "peer", at: Site.www, 80) == "192.168.150.12")
    #expect(try www.seen(from: nil, at: Site.www, 80) == "192.168.150.1")
    // A routed network that denies: guests go out, and hear the answers.
    let far = try site.listen("far", Site.far, 80)
    #expect(try far.seen(from: "outside", at: Site.far, 80) == "refused")
    // The host's own ports are its own.
    let own = try site.listen(nil, Site.uplink, 8443)
    #expect(try own.seen(from: "outside", at: Site.uplink, 8443) == Site.outside)
  }

  @Test func whatGuestsMaySendIsWhatThePolicySays() throws {
    let site = try Site()
    let cases: [(guest: String, address: String, port: UInt16, isTCP: Bool, seen: String)] = [
      ("www", "192.0.2.80", 80, true, Site.uplink),
      ("www", "192.0.2.80", 25, true, Site.uplink),
      ("www", Site.outside, 25, true, "refused"),
      ("www", Site.outside, 26, true, Site.uplink),
      ("www", Site.outside, 25, false, "refused"),
      ("www", Site.outside, 1023, false, "refused"),
      ("www", Site.outside, 1024, false, Site.uplink),
      ("www", "192.0.2.81", 80, true, "refused"),
      ("www", "192.0.2.81", 8080, false, "refused"),
      ("far", Site.outside, 443, true, Site.far), ("far", Site.outside, 80, true, "refused"),
      ("far", "192.0.2.80", 8000, true, Site.far), ("far", "192.0.2.81", 8010, true, Site.far),
      ("far", Site.outside, 8010, true, "refused"), ("far", "192.0.2.81", 8011, true, "refused"),
      ("far", Site.outside, 5000, false, Site.far), ("far", "192.0.2.80", 53, false, "refused"),
    ]
    for (guest, address, port, isTCP, seen) in cases {
      let listener = try site.listen("outside", address, port, isTCP: isTCP)
      #expect(
        try listener.seen(from: guest, at: address, port) == seen,
        "\(guest) to \(address) \(isTCP ? "tcp" : "udp") \(port)")
    }
    // To the host itself by another address than the network's own.
    let host = try site.listen(nil, Site.uplink, 25)
    #expect(try host.seen(from: "www", at: Site.uplink, 25) == "refused")
    #expect(try host.seen(from: "other", at: Site.uplink, 25) == "192.168.153.11")
    // Its services there are not the policy's matter.
    let names = try site.testbed.run(
      ["busybox", "nslookup", "-type=a", "stone.example", "192.168.151.1"], on: "far")
    #expect(names.output.contains("192.168.151.77"), "\(names)")
    let ping = try site.testbed.run(["busybox", "ping", "-c1", "-W5", "192.168.151.1"], on: "far")
    #expect(ping.succeeded)
  }

  /// A connection that stays allowed goes on, one that is not any more ends.
  @Test(arguments: [false, true])
  func forwardsComeAndGoWhileConnectionsGoOn(bridgeNetfilter: Bool) throws {
    let site = try Site(bridgeNetfilter: bridgeNetfilter)
    let www = try site.listen("www", Site.www, 80)
    let wwwUDP = try site.listen("www", Site.www, 80, isTCP: false)
    let far = try site.listen("outside", "192.0.2.80", 8080)
    let steady = try www.conversation(from: "outside", at: Site.uplink, 8080)
    let steadyUDP = try wwwUDP.conversation(from: "outside", at: Site.uplink, 8080)
    let outbound = try far.conversation(from: "www", at: "192.0.2.80", 8080)
    let through = try www.conversation(from: "peer", at: Site.uplink, 8080)
    let steadies = [steady, steadyUDP, outbound, through]

    #expect(try www.seen(from: "outside", at: Site.uplink, 8181) == "refused")
    try site.tapster("net-forward", "add", "web", "8181", "one-web:80").checked()
    let added = try www.conversation(from: "outside", at: Site.uplink, 8181)
    let addedLocally = try www.conversation(from: nil, at: Site.uplink, 8181)
    try site.tapster("net-forward", "add", "web", "udp", "8181", "\(Site.www):81").checked()
    let addedUDP = try site.listen("www", Site.www, 81, isTCP: false)
      .conversation(from: "outside", at: Site.uplink, 8181)
    for (number, talk) in (steadies + [added, addedLocally, addedUDP]).enumerated() {
      #expect(talk.goesOn(), "number \(number) after add")
    }

    try site.tapster("net-forward", "remove", "web", "8181").checked()
    #expect(added.fate() == .refused)
    // What the host itself sends is not looked at; the guest's answers are.
    #expect(!addedLocally.goesOn())
    #expect(try www.seen(from: "outside", at: Site.uplink, 8181) == "refused")
    try site.tapster("net-forward", "remove", "web", "udp", "8181").checked()
    #expect(addedUDP.fate() == .refused)
    for (number, talk) in steadies.enumerated() {
      #expect(talk.goesOn(), "number \(number) after remove")
    }
    // One goes that was there from the start.
    try site.tapster("net-forward", "remove", "web", "8080", "--live").checked()
    #expect(steady.fate() == .refused)
    // A bridge that looks at its packets cannot tell its guests of it.
    #expect(through.fate() == (bridgeNetfilter ? .lost : .refused))
    #expect(steadyUDP.goesOn())
    #expect(outbound.goesOn())
  }

  @Test func anotherNetworksStartAndStopBreaksNoConnection() throws {
    let site = try Site()
    let www = try site.listen("www", Site.www, 80)
    let out = try site.listen("outside", "192.0.2.80", 8080)
    let talks = [
      try www.conversation(from: "outside", at: Site.uplink, 8080),
      try out.conversation(from: "www", at: "192.0.2.80", 8080),
      try out.conversation(from: "other", at: "192.0.2.80", 8080),
    ]
    for name in ["pit", "routed"] {
      try site.tapster("net-destroy", name).checked()
      for talk in talks { #expect(talk.goesOn(), "after the stop of \(name)") }
      try site.tapster("net-start", name).checked()
      for talk in talks { #expect(talk.goesOn(), "after the start of \(name)") }
    }
  }
}
