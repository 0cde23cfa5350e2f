import Foundation
import TestSupport
import Testing

/// The rules of networks that are not simply active while the table is made anew for another.
@Suite(
  .enabled(if: Privilege.isRoot, "namespaces need root"),
  .enabled(if: Binaries.exists(Binaries.tapster), "tapster is not built"))
struct RulesUnderWayTests {
  private func slowAndQuick() throws -> Testbed {
    let testbed = try Testbed()
    for (name, block) in [("slow", "10.1.0"), ("quick", "10.2.0")] {
      try testbed.write(
        "\(Testbed.scratch)/\(name).xml",
        """
        <network><name>\(name)</name><bridge name='br-\(name)'/>
        <ip address='\(block).1' prefix='24'/></network>
        """)
      try testbed.output([Testbed.tapster, "net-define", "\(Testbed.scratch)/\(name).xml"])
    }
    return testbed
  }

  @Test func theyStayWhenTheTableIsMadeAnew() throws {
    let testbed = try slowAndQuick()
    try testbed.output([Testbed.tapster, "net-start", "quick"])
    // Held where it says that it is active: its rules are there by then.
    let slow = try testbed.spawn([
      "strace", "-o", "/run/trace", "-P", "/run/tapster/active/slow", "-e", "trace=openat", "-e",
      "inject=openat:delay_enter=2000000", Testbed.tapster, "net-start", "slow",
    ])
    let deadline = Deadline(after: .patience)
    while try !testbed.output(["ip", "link", "show", "up"]).contains("br-slow") {
      try #require(deadline.milliseconds > 0)
    }
    try testbed.output([Testbed.tapster, "net-repair", "quick"])
    #expect(try slow.wait() == .exited(0))
    let map = try testbed.output(["nft", "list", "map", "inet", "tapster", "from_guests"])
    #expect(map.contains("br-slow") && map.contains("br-quick"), "\(map)")
    for name in ["slow", "quick"] { try testbed.output([Testbed.tapster, "net-destroy", name]) }
  }

  /// The bridge is there still when a stop is killed after its first step.
  @Test func theyStayWhenTheStopWasKilled() throws {
    let testbed = try slowAndQuick()
    for name in ["slow", "quick"] { try testbed.output([Testbed.tapster, "net-start", name]) }
    let killed = try testbed.run([
      "strace", "-o", "/dev/null", "-e", "inject=pidfd_open:signal=KILL", Testbed.tapster,
      "net-destroy", "slow",
    ])
    #expect(killed.wasKilled)
    #expect(!(try testbed.run(["test", "-e", "/run/tapster/active/slow"]).succeeded))
    try testbed.output(["ip", "link", "show", "br-slow"])
    try testbed.output([Testbed.tapster, "net-repair", "quick"])
    let map = try testbed.output(["nft", "list", "map", "inet", "tapster", "from_guests"])
    #expect(map.contains("br-slow") && map.contains("br-quick"), "\(map)")
    // Without its bridge it has no guests.
    try testbed.output(["ip", "link", "delete", "br-slow"])
    try testbed.output([Testbed.tapster, "net-repair", "quick"])
    let rest = try testbed.output(["nft", "list", "map", "inet", "tapster", "from_guests"])
    #expect(!rest.contains("br-slow") && rest.contains("br-quick"), "\(rest)")
    for name in ["slow", "quick"] { try testbed.output([Testbed.tapster, "net-destroy", name]) }
    #expect(try testbed.output(["nft", "list", "tables"]).isEmpty)
  }

  /// What another version noted: a line more in a record, an element more in a definition.
  @Test(arguments: ["applied", "network.xml"])
  func theyStayWhenTheyAreNotKnown(file: String) throws {
    let testbed = try slowAndQuick()
    for name in ["slow", "quick"] { try testbed.output([Testbed.tapster, "net-start", name]) }
    let path = "/run/tapster/networks/slow/\(file)"
    let known = try testbed.read(path)
    try testbed.write(
      path,
      file == "applied"
        ? known + "tunnel yes\n"
        : known.replacingOccurrences(of: "</network>", with: "<tunnel/></network>"))
    let repaired = try testbed.run([Testbed.tapster, "net-repair", "quick"])
    #expect(!repaired.succeeded)
    #expect("\(repaired)".contains("tapster net-destroy slow"), "\(repaired)")
    let map = try testbed.output(["nft", "list", "map", "inet", "tapster", "from_guests"])
    #expect(map.contains("br-slow") && map.contains("br-quick"), "\(map)")
    try testbed.output([Testbed.tapster, "net-destroy", "quick"])
    let rest = try testbed.output(["nft", "list", "map", "inet", "tapster", "from_guests"])
    #expect(rest.contains("br-slow"), "\(rest)")
    try testbed.output([Testbed.tapster, "net-destroy", "slow"])
    #expect(try testbed.output(["nft", "list", "tables"]).isEmpty)
    #expect(!(try testbed.output(["ip", "-br", "link"]).contains("br-")))
  }
}
