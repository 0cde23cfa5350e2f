import TestSupport
import Testing

/// The rules of a network that is not active yet while another's start makes the table anew.
@Suite(
  .enabled(if: Privilege.isRoot, "namespaces need root"),
  .enabled(if: Binaries.exists(Binaries.tapster), "tapster is not built"))
struct RulesUnderWayTests {
  @Test func theyStayWhenTheTableIsMadeAnew() throws {
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
}
