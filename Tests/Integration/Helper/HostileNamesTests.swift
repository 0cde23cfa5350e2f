import Foundation
import TestSupport
import Testing

/// With `allow all` and `deny br0`, nothing that a name can be gets a tap onto `br0`.
@Suite(.requiresHelper, .timeLimit(.minutes(10)))
struct HostileNamesTests {
  private let scene: HelperScene

  init() throws {
    scene = try HelperScene(acl: "allow all\ndeny br0\n")
    for name in ["other", "a-long-alternative-name-of-more-than-fifteen-bytes"] {
      try scene.testbed.output(["ip", "link", "property", "add", "dev", "br0", "altname", name])
    }
  }

  @Test(arguments: [
    "br0", "br0:1", "br0:", ":br0", "br0%d", "br%d", "%s", "br0 ", " br0", "br0\t", "br0\n",
    "\nbr0", "br0\r",
    "br0\u{b}", "br0\u{c}", "br0\u{a0}", "BR0", "Br0", "br0.", "./br0", "../br0", "/br0", "br0/",
    "br0\\0",
    "br0,br1", "br1,br0", "br0;br1", "br00", "br0x", "br", "", ".", "..", "*", "br?", "br[0]",
    "other",
    "a-long-alternative-name-of-more-than-fifteen-bytes", "a-long-alternat", "0", "2", "if2",
    "br0@br1",
    "br0\u{200b}", "\u{feff}br0", "br\u{ff10}", "sixteen-bytes-xx", "br0aaaaaaaaaaaaa", "all",
  ])
  func noSpelling(name: String) throws {
    let outcome = try scene.testbed.requestTap(["--br=\(name)"])
    let status = try #require(outcome.helper.status, "\(outcome)")
    let allowed: [ExitStatus] = [.usage, .unavailable, .notPermitted]
    try scene.expectRefusal(
      outcome, try #require(allowed.first { $0.rawValue == status }, "\(outcome)"))
  }

  @Test func theOtherBridgeIsStillToBeHad() throws {
    try scene.expectGrant(try scene.testbed.requestTap(["--br=br1"]), on: "br1")
  }

  /// An include of its own, in another spelling, does not weaken the deny.
  @Test(arguments: [
    "deny other", "deny br0", "deny all", "deny br0 user=1001", "deny br0 group=1001",
  ])
  func everyNameOfTheBridgeIsTheBridge(rule: String) throws {
    try scene.write("allow all\nallow br0\nallow other\n\(rule)\n")
    for name in ["br0", "other"] {
      try scene.expectRefusal(
        try scene.testbed.requestTap(["--br=\(name)"]), .notPermitted, "acl.conf:4 denies it")
    }
  }

  /// So many alternative names that what the kernel says of the bridge does not fit: refused, not
  /// half read.
  @Test func moreNamesThanFit() throws {
    let names = (0..<200).map { "n\($0)-" + String(repeating: "x", count: 110) }
    try scene.testbed.output(
      ["ip", "-batch", "-"],
      input: names.map { "link property add dev br1 altname \($0)\n" }.joined())
    let outcome = try scene.testbed.requestTap(["--br=br1"])
    #expect(outcome.isRefusal || outcome.isGrant(), "\(outcome)")
    try scene.write("allow all\ndeny br0\ndeny br1\n")
    let denied = try scene.testbed.requestTap(["--br=br1"])
    #expect(denied.isRefusal, "\(denied)")
  }

  // MARK: Races

  /// The name `moving` goes back and forth between the two bridges, as an alternative name.
  @Test func anAlternativeNameThatMoves() throws {
    try race(
      [
        "property add dev br1 altname moving", "property del dev br1 altname moving",
        "property add dev br0 altname moving", "property del dev br0 altname moving",
      ], asking: "moving")
  }

  /// Likewise as their own name. The denied one is told by an alternative name that it keeps.
  @Test func aNameOfItsOwnThatMoves() throws {
    try scene.write("allow all\ndeny other\n")
    try scene.testbed.output(["ip", "link", "property", "add", "dev", "br1", "altname", "free"])
    try race(
      [
        "set dev free name moving", "set dev free name br1", "set dev other name moving",
        "set dev other name br0",
      ], asking: "moving")
  }

  /// Runs `changes` of `ip link` over and over while taps on `name` are asked for; none may end up
  /// on the bridge whose index `br0` has now.
  private func race(_ changes: [String], asking name: String) throws {
    let forbidden = try index(of: "br0")
    let batch = changes.map { "link \($0)\n" }.joined()
    try scene.testbed.write("/run/batch", String(repeating: batch, count: 200))
    let racer = try scene.testbed.spawn([
      "sh", "-c", "while :; do ip -batch /run/batch || exit; done",
    ])
    var (granted, denied) = (0, 0)
    let deadline = Deadline(after: .patience)
    while (granted < 5 || denied < 5 || granted + denied < 60) && deadline.milliseconds > 0 {
      let outcome = try scene.testbed.requestTap(["--br=\(name)"])
      if outcome.isGrant() {
        granted += 1
        let tap = try #require(outcome.interfaceNames().first)
        let master = try #require(try masterIndex(of: tap))
        #expect(master != forbidden, "\(outcome)")
      } else {
        #expect(outcome.isRefusal, "\(outcome)")
        let status = outcome.helper.status
        #expect(
          status == ExitStatus.unavailable.rawValue || status == ExitStatus.notPermitted.rawValue)
        if status == ExitStatus.notPermitted.rawValue { denied += 1 }
      }
    }
    #expect(granted >= 5 && denied >= 5, "no race: \(granted) grants, \(denied) denials")
    #expect(try racer.waitIfEnded() == nil, "the names stopped moving")
  }

  private func index(of link: String) throws -> Int? {
    try scene.testbed.json(["ip", "-j", "link", "show", link])[0]["ifindex"].integer
  }

  private func masterIndex(of tap: String) throws -> Int? {
    // The link says the bridge's name, which may be another one by the time it is followed.
    let deadline = Deadline(after: .patience)
    while deadline.milliseconds > 0 {
      guard let text = try? scene.testbed.read("/sys/class/net/\(tap)/master/ifindex") else {
        continue
      }
      return Int(text.trimmingCharacters(in: .whitespacesAndNewlines))
    }
    throw TimedOut("the bridge of \(tap) keeps changing its name")
  }
}
