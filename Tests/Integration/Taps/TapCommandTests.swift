import Foundation
import TestSupport
import Testing

/// `tapster tap-add`, `tap-list`, `tap-remove` and `tap-gc`.
@Suite(.requiresTapster, .requiresHelper, .timeLimit(.minutes(10)))
struct TapCommandTests {
  private let scene: TapCommandScene
  private var testbed: Testbed { scene.testbed }

  init() throws { scene = try TapCommandScene() }

  @Test func aTapFromItsFirstDayToItsLast() throws {
    let before = try testbed.links()
    let added = try scene.tapster(["tap-add", "web0", "--br=br0"])
    #expect(added.succeeded && added.output == "Tap web0 added: taprt-2-0 on bridge br0\n\n")
    #expect(try scene.scene.master(of: "taprt-2-0") == "br0")

    let idle = try #require(try scene.list().first)
    #expect(idle["name"].string == "taprt-2-0")
    #expect(idle["further-names"].array == [.string("web0")])
    #expect(idle["uid"].integer == 1001 && idle["user"].string == "build")
    #expect(idle["bridge"].string == "br0")
    #expect(idle["persistent"].bool == true && idle["in-use"].bool == false)
    #expect(idle["given-to-uid"] == .null)
    #expect(idle["rule"].string == "/etc/tapster/acl.conf:1")
    #expect(idle["mac"].string?.hasPrefix("fe:") == true)
    let link = try testbed.json(["ip", "-j", "link", "show", "web0"])[0]
    #expect(idle["index"].integer == link["ifindex"].integer)
    #expect(idle["mac"].string == link["address"].string)
    let since = try #require(idle["since"].integer)
    #expect(abs(since - Int(Date().timeIntervalSince1970)) < 60)

    let holder = try scene.taps.hold("web0")
    #expect(try scene.list().first?["in-use"].bool == true)
    try scene.expectFailure(["tap-remove", "web0"], 69, "the tap 'web0' is in use")
    holder.signal(SIGKILL)
    try holder.wait()

    let removed = try scene.tapster(["tap-remove", "web0"])
    #expect(removed.succeeded && removed.output == "Tap web0 removed\n\n", "\(removed)")
    #expect(try testbed.links() == before)
    #expect(try scene.list() == [])
  }

  @Test func theTableSaysWhoseTheyAre() throws {
    let outcome = try testbed.requestTap(["--br=br1"])
    let held = try scene.scene.expectGrant(outcome, on: "br1")
    _ = try scene.tapster(["tap-add", "web0", "--br=br0", "--queues=2"]).checked()
    _ = try scene.tapster(["tap-add", "lab0", "--br=br0"], as: .student).checked()
    _ = try scene.tapster(["tap-add", "odd0", "--br=br0"], as: .stranger).checked()
    func rows(_ options: [String], as caller: Credentials) throws -> [String] {
      try scene.tapster(["--quiet", "tap-list"] + options, as: caller).checked().output
        .split(separator: "\n").map {
          $0.split(separator: "   ").map { $0.trimmingCharacters(in: .whitespaces) }
            .enumerated().filter { ![6, 7].contains($0.offset) }.map(\.element)
            .joined(separator: "|")
        }
    }
    let rule = "/etc/tapster/acl.conf:1"
    let stamp = #/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/#
    func plain(_ rows: [String]) -> [String] { rows.map { $0.replacing(stamp, with: "WHEN") } }
    let own = [
      "taprt-2-0|web0|build|br0|-|0|persistent|\(rule)", "\(held)|-|build|br1|-|0|in use|\(rule)",
    ]
    #expect(try plain(rows([], as: .build)) == own)
    #expect(try rows([], as: .root) == [])
    let all = try plain(rows(["--all"], as: .stranger))
    #expect(all.count == 4 && Set(own).isSubset(of: Set(all)), "\(all)")
    #expect(all.contains { $0.contains("|lab0|student|br0|") })
    #expect(all.contains { $0.contains("|odd0|4242|br0|") }, "\(all)")
  }

  /// In is what the guest sent, Out what it was sent, as the kernel counts them.
  @Test func bytesGuestsAndABridgeThatIsGone() throws {
    try testbed.output(["ip", "link", "set", "br0", "up"])
    let outcome = try testbed.requestTap(["--br=br0"])
    _ = try scene.scene.expectGrant(outcome)
    try EthernetFrame(from: 7, "hello").send(through: try #require(outcome.descriptors.first))
    let tap = try #require(try scene.list().first)
    let counted = try testbed.json(["ip", "-j", "-s", "link", "show", "taprt-2-0"])[0]["stats64"]
    #expect(try #require(tap["bytes-from-guest"].integer) > 0)
    #expect(tap["bytes-from-guest"].integer == counted["rx"]["bytes"].integer)
    #expect(tap["guests"].array == [.string("52:54:00:00:00:07")])
    try testbed.output(["ip", "link", "delete", "br0"])
    #expect(try scene.list().first?["bridge"] == .null)
  }

  @Test func whatIsRefused() throws {
    try scene.expectFailure(["tap-add", "web0", "--br=br9"], 69, "there is no bridge 'br9'")
    try scene.expectFailure(["tap-add", "a/b", "--br=br0"], 1, "is not the name of an interface")
    try scene.expectFailure(["tap-add", "web0"], 1, "requires <br>")
    try scene.expectFailure(["tap-add", "web0", "--br=br0", "--queues=0"], 1, "out of range")
    try scene.expectFailure(["tap-add", "web0", "--br=br0", "--queues=3"], 77, "allows 2")
    try scene.expectFailure(["tap-add", "taprt-2-5", "--br=br0"], 64, "given by tapster-helper")
    try scene.expectFailure(["tap-remove", "web0"], 69, "there is no tap 'web0'")
    try scene.expectFailure(["tap-remove", "br0"], 77, "is no tap that tapster-helper made")
    try scene.expectFailure(["tap-remove", "web0", "--force"], 1, "as root")
    try scene.expectFailure(
      ["tap-add", "web0", "--br=br0"], 70, "there is no '/x'", environment: ["TAPSTER_HELPER": "/x"]
    )
    try scene.scene.write("allow all\n")
    let said = try scene.expectFailure(["tap-add", "web0", "--br=br0"], 77, "a persistent tap was")
    #expect(said.error.contains("\n  an administrator can add persist to that line\n"), "\(said)")
  }

  @Test func rootRemovesAnybodys() throws {
    _ = try scene.tapster(["tap-add", "web0", "--br=br0"]).checked()
    try scene.expectFailure(["tap-remove", "web0"], 77, "is of uid 1001, not yours", as: .student)
    let holder = try scene.taps.hold("web0")
    try scene.expectFailure(["tap-remove", "web0"], 1, "is in use", as: .root)
    _ = try scene.tapster(["tap-remove", "web0", "--force"], as: .root).checked()
    #expect(try scene.scene.taps() == [])
    #expect(try holder.waitIfEnded() == nil)
    try testbed.ip(["tuntap add dev own0 mode tap"])
    for name in ["own0", "br0", "web0"] {
      try scene.expectFailure(
        ["tap-remove", name], 1, "there is no tap '\(name)' that tapster-helper made", as: .root)
    }
  }

  /// One user is deleted, another is not, a third was never in a file; and one of the deleted
  /// user's taps is in use.
  @Test func tapsOfUsersWhoAreGone() throws {
    for (name, caller) in [
      ("web0", Credentials.build), ("lab0", .student), ("odd0", .stranger), ("used0", .stranger),
    ] {
      _ = try scene.tapster(["tap-add", name, "--br=br0"], as: caller).checked()
    }
    let held = try testbed.requestTap(["--br=br1"], as: .stranger)
    let name = try scene.scene.expectGrant(held, on: "br1")
    let holder = try scene.taps.hold("used0", as: .stranger)
    let users = try testbed.read("/etc/passwd").split(separator: "\n")
    try testbed.write(
      "/etc/passwd",
      users.filter { !$0.hasPrefix("student:") }.joined(separator: "\n") + "\n")

    let expected = ["tap39u-2-0 of uid 4242", "tapru-2-0 of uid 1002"]
    try scene.expectFailure(["tap-gc"], 1, "as root")
    let dry = try scene.tapster(["tap-gc", "--dry-run"], as: .student).checked()
    #expect(try scene.scene.taps().count == 5)
    for tap in expected { #expect(dry.output.contains("Tap \(tap) would be removed\n"), "\(dry)") }
    let done = try scene.tapster(["tap-gc"], as: .root).checked()
    for tap in expected { #expect(done.output.contains("Tap \(tap) removed\n"), "\(done)") }
    #expect(done.output.contains("Tap tap39u-2-1 of uid 4242 is in use, and stays\n"), "\(done)")
    #expect(try Set(scene.scene.taps()) == ["taprt-2-0", "tap39u-2-1", name])
    #expect(try holder.waitIfEnded() == nil)
    #expect(try scene.tapster(["tap-gc", "--dry-run"]).checked().output.contains("taprt") == false)
  }

  /// A directory of users that does not answer is no proof that a user is gone.
  @Test func aUserDatabaseThatDoesNotAnswer() throws {
    _ = try scene.tapster(["tap-add", "odd0", "--br=br0"], as: .stranger).checked()
    // Debian's module for users kept elsewhere (libnss-extrausers), whose file is not there.
    try testbed.write("/etc/nsswitch.conf", "passwd: files extrausers\n")
    try scene.expectFailure(["tap-gc"], 1, "cannot tell whether uid 4242", as: .root)
    try testbed.write("/etc/nsswitch.conf", "passwd: files\n")
    _ = try scene.tapster(["tap-gc"], as: .root).checked()
    #expect(try scene.scene.taps() == [])
  }

  @Test func whatAShellIsOffered() throws {
    _ = try scene.tapster(["tap-add", "web0", "--br=br0"]).checked()
    _ = try scene.tapster(["tap-add", "lab0", "--br=br0"], as: .student).checked()
    func offered(_ words: [String], as caller: Credentials = .build) throws -> Set<Substring> {
      Set(
        try scene.tapster(["--complete"] + words, as: caller).checked().output
          .split(separator: "\n"))
    }
    #expect(try offered(["tap-add", "x", "--br", ""]) == ["br0", "br1"])
    #expect(try offered(["run", "--br", ""]) == ["br0", "br1"])
    #expect(try offered(["run", "--br", "br0", "--"]).isSuperset(of: ["--br", "--queues"]))
    #expect(try offered(["tap-remove", ""]) == ["taprt-2-0", "web0"])
    #expect(try offered(["tap-remove", ""], as: .root).count == 4)
    #expect(try offered([""]).isSuperset(of: ["run", "tap-add", "tap-gc", "tap-list"]))
  }
}
