import Foundation
import TestSupport
import Testing

/// Limits of a network (`<bandwidth>`), as they show in what comes through.
@Suite(
  .enabled(if: Privilege.isRoot, "namespaces need root"),
  .enabled(if: Binaries.exists(Binaries.tapster), "tapster is not built"))
struct BandwidthTests {
  private static let limits =
    "<bandwidth><inbound average='1000' burst='64'/><outbound average='500' burst='32'/></bandwidth>"

  private func limited() throws -> NetworkTestbed {
    let bed = try NetworkTestbed()
    let place = "/etc/tapster/networks/default.xml"
    let xml = try bed.testbed.read(place)
      .replacingOccurrences(of: "</network>", with: "\(Self.limits)</network>")
      .replacingOccurrences(of: "stp='on'", with: "stp='off'")
    try bed.testbed.write(place, xml)
    return bed
  }

  @Test func theLimitsAreInTheKernelAndGoWithTheNetwork() throws {
    let bed = try limited()
    let before = try bed.everything()
    try bed.tapster("net-start", "default").checked()
    let classes = try bed.testbed.output(["tc", "class", "show", "dev", "virbr0"])
    // 1000 times 1000 bytes a second, as libvirt's `kbps`.
    #expect(classes.contains("class htb 1:1 root rate 8Mbit ceil 8Mbit"), "\(classes)")
    #expect(classes.contains("class htb 1:2 parent 1:1 prio 0 rate 8Mbit ceil 8Mbit burst 64Kb"))
    let chain = try bed.testbed.output(
      ["nft", "list", "chain", "inet", "tapster", "outbound_virbr0"])
    #expect(chain.contains("hook ingress device \"virbr0\""), "\(chain)")
    #expect(chain.contains("limit rate over 500000 bytes/second burst 32 kbytes drop"))
    try bed.tapster("net-destroy", "default").checked()
    try bed.expectNoChange(since: before)
  }

  @Test func whatGoesToAGuestIsHeldBack() throws {
    let bed = try limited()
    try bed.tapster("net-start", "default").checked()
    try bed.testbed.addHost("guest", port: "tap0", bridge: "virbr0", address: "192.168.122.9/24")
    // 300 packets of 1000 bytes are 5 times what the burst lets through at once.
    try bed.testbed.output([
      "busybox", "arping", "-f", "-w", "20", "-I", "virbr0", "192.168.122.9",
    ])
    let seconds = try bed.testbed.output([
      "perl", "-MTime::HiRes=time", "-MIO::Socket::INET", "-e", Self.flood, "192.168.122.9",
    ])
    let taken = Double(seconds) ?? 0
    // The socket's buffer fills, so that sending takes as long as the bucket makes it.
    #expect(taken > 0.3, "3 MB at 1 MB/s took \(taken) s")
  }

  @Test func whatComesFromAGuestIsCut() throws {
    let bed = try limited()
    try bed.tapster("net-start", "default").checked()
    try bed.testbed.addHost("guest", port: "tap0", bridge: "virbr0", address: "192.168.122.9/24")
    try bed.testbed.output(
      ["busybox", "arping", "-f", "-w", "20", "-I", "eth0", "192.168.122.1"], on: "guest")
    func received() throws -> Int {
      let text = try bed.testbed.output(["nstat", "-az", "IpInReceives"])
      let line = text.split(separator: "\n").first { $0.hasPrefix("IpInReceives") }
      let words = line?.split(separator: " ") ?? []
      return words.count > 1 ? Int(words[1]) ?? -1 : -1
    }
    let before = try received()
    try bed.testbed.output(
      ["perl", "-MTime::HiRes=time", "-MIO::Socket::INET", "-e", Self.flood, "192.168.122.1"],
      on: "guest")
    let passed = try received() - before
    #expect(passed > 0)
    #expect(passed < 2000, "\(passed) of 3000 packets passed a limit of 32 at once")
  }

  @Test func aBridgeOfTheHostIsLimitedForAsLongAsTheNetworkRuns() throws {
    let bed = try NetworkTestbed()
    try bed.testbed.write(
      "/etc/tapster/networks/lan.xml",
      "<network><name>lan</name><forward mode='bridge'/><bridge name='br0'/>"
        + "<bandwidth><inbound average='1000'/></bandwidth></network>\n")
    try bed.testbed.output(["ip", "link", "add", "br0", "up", "type", "bridge"])
    func shape() throws -> String { try bed.testbed.output(["tc", "qdisc", "show", "dev", "br0"]) }
    let before = try shape()
    try bed.tapster("net-start", "lan").checked()
    #expect(try shape().contains("htb 1: root"))
    try bed.tapster("net-destroy", "lan").checked()
    #expect(try shape() == before)
  }

  /// Sends 3000 packets of 1000 bytes; says how many seconds that took.
  private static let flood = #"""
    my $to = IO::Socket::INET->new(PeerAddr => $ARGV[0], PeerPort => 9, Proto => "udp");
    setsockopt($to, SOL_SOCKET, SO_SNDBUF, 20000);
    my $begin = time;
    for (1..3000) { defined send($to, "x" x 1000, 0) or $!{ECONNREFUSED} or die "send: $!" }
    print time - $begin;
    """#
}
