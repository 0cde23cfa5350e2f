import Foundation
import TestSupport
import Testing

/// A network with guests (hosts behind veth ports) and a host outside, 198.51.100.2, that tells
/// everybody who connects to its port 8080 from where he seems to come.
struct NetworkTraffic {
  let bed: NetworkTestbed
  private let server: RunningProcess
  /// What the outside and the guests are told of; lines.
  private let said: LineStream

  init(xml edit: (String) -> String = { $0 }) throws {
    bed = try NetworkTestbed()
    let place = "/etc/tapster/networks/default.xml"
    try bed.testbed.write(place, edit(try bed.testbed.read(place)))
    try bed.testbed.write("/etc/resolv.conf", "nameserver 198.51.100.2\n")
    try bed.testbed.addHost(
      "outside", port: "uplink0", address: "198.51.100.2/24", portAddress: "198.51.100.1/24")
    try bed.testbed.output(
      ["ip", "route", "add", "192.168.0.0/16", "via", "198.51.100.1"], on: "outside")
    try bed.testbed.output(
      [
        "dnsmasq", "--conf-file=/dev/null", "--pid-file=/run/testbed/outside.pid", "--user=root",
        "--no-resolv", "--no-hosts", "--bind-interfaces", "--listen-address=198.51.100.2",
        "--address=/www.example.test/198.51.100.2",
      ], on: "outside")
    (server, said) = try Self.serve("outside", in: bed.testbed)
    try bed.tapster("net-start", "default").checked()
  }

  /// Has `host` answer on port 8080; returns when it does.
  static func serve(
    _ host: String, in testbed: Testbed
  ) throws -> (server: RunningProcess, said: LineStream) {
    let (output, input) = try OpenDescriptor.pipe()
    var command = try testbed.command(
      ["perl", "-MIO::Socket::INET", "-MIO::Select", "-e", echo], on: host)
    command.descriptors[1] = input
    let server = try command.start()
    input.close()
    let said = try LineStream(reading: output)
    guard try said.lines(within: .patience, upTo: { $0 == "ready" }) != nil else {
      throw TimedOut("\(host) does not serve")
    }
    return (server, said)
  }

  /// A guest that a DHCP client gives its address; returns that.
  @discardableResult
  func addGuest(
    _ name: String, mac: String? = nil, bridge: String = "virbr0"
  ) throws -> String {
    try bed.testbed.addHost(name, port: "to-\(name)", bridge: bridge)
    if let mac {
      try bed.testbed.output(["ip", "link", "set", "eth0", "address", mac], on: name)
    }
    let script = "\(Testbed.scratch)/lease"
    if !bed.testbed.exists(script) { try bed.testbed.write(script, Self.lease, mode: 0o755) }
    let told = try bed.testbed.output(
      [
        "busybox", "udhcpc", "-n", "-q", "-f", "-i", "eth0", "-t", "20", "-T", "1", "-s", script,
      ], on: name, timeout: .patience)
    guard let line = told.split(separator: "\n").first(where: { $0.hasPrefix("lease ") }) else {
      throw TimedOut("no lease: \(told)")
    }
    return String(line.dropFirst(6))
  }

  /// What `guest` gets back when it sends a line to port 8080 of `address` from `localPort`: the
  /// address and port it was seen with, or how it failed.
  func ask(
    _ address: String, from guest: String, over transport: String = "tcp", localPort: Int = 0,
    localAddress: String = "0.0.0.0"
  ) throws -> String {
    try bed.testbed.run(
      [
        "perl", "-MIO::Socket::INET", "-e", Self.question, address, transport, "\(localPort)",
        localAddress,
      ], on: guest
    ).output.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private static let lease = """
    #!/bin/sh
    [ "$1" = bound ] || exit 0
    ip address add "$ip/$mask" dev "$interface"
    ip route add default via "$router" dev "$interface"
    echo "lease $ip"

    """

  /// Tells every line's sender from where it came, over TCP for as long as he likes.
  private static let echo = #"""
    $| = 1;
    my @all = (LocalPort => 8080, ReuseAddr => 1);
    my $tcp = IO::Socket::INET->new(@all, Listen => 9) or die "tcp: $!";
    my $udp = IO::Socket::INET->new(@all, Proto => "udp") or die "udp: $!";
    my $all = IO::Select->new($tcp, $udp);
    print "ready\n";
    while (1) {
      for my $one ($all->can_read) {
        if ($one == $tcp) { $all->add(scalar $tcp->accept); next }
        if ($one == $udp) { $udp->recv(my $line, 99) }
        elsif (!sysread($one, my $line, 99)) { $all->remove($one); close $one; next }
        my $answer = $one->peerhost . " " . $one->peerport . "\n";
        if ($one == $udp) { $udp->send($answer) } else { syswrite($one, $answer) }
      }
    }
    """#

  private static let question = #"""
    my ($address, $transport, $port, $own) = @ARGV;
    local $SIG{ALRM} = sub { print "no: silence"; exit };
    alarm 5;
    my $one = IO::Socket::INET->new(PeerAddr => $address, PeerPort => 8080, Proto => $transport,
      LocalPort => $port, LocalAddr => $own) or do { print "no: $!"; exit };
    syswrite($one, "?\n");
    defined sysread($one, my $line, 99) or do { print "no: $!"; exit };
    print $line;
    """#
}

@Suite(
  .enabled(if: Privilege.isRoot, "namespaces need root"),
  .enabled(if: Binaries.exists(Binaries.tapster), "tapster is not built"))
struct NetworkTrafficTests {
  @Test func aGuestGetsAddressNamesAndTheWorldOutside() throws {
    let traffic = try NetworkTraffic { xml in
      xml.replacingOccurrences(
        of: "<dhcp>", with: "<dhcp><host mac='52:54:00:00:00:07' ip='192.168.122.77' name='seven'/>"
      )
    }
    let testbed = traffic.bed.testbed
    #expect(try traffic.addGuest("seven", mac: "52:54:00:00:00:07") == "192.168.122.77")

    // Names: that of a guest, and one that is asked outside.
    for (name, address) in [("seven", "192.168.122.77"), ("www.example.test", "198.51.100.2")] {
      let found = try testbed.run(
        ["busybox", "nslookup", "-type=a", name, "192.168.122.1"], on: "seven")
      #expect(found.output.contains(address), "\(found)")
    }
    #expect(
      try testbed.run(["busybox", "ping", "-c1", "-W5", "198.51.100.2"], on: "seven").succeeded)

    // Out: with the host's address, and never from a port that needs privilege.
    for transport in ["tcp", "udp"] {
      let seen = try traffic.ask("198.51.100.2", from: "seven", over: transport, localPort: 500)
      let parts = seen.split(separator: " ")
      #expect(parts.first == "198.51.100.1", "\(transport): \(seen)")
      #expect((1024...65535).contains(parts.last.flatMap { Int($0) } ?? 0), "\(transport): \(seen)")
    }
    // In: not unless asked for, and told so rather than left to wait.
    let server = try NetworkTraffic.serve("seven", in: testbed)
    let refused = try traffic.ask("192.168.122.77", from: "outside")
    #expect(refused == "no: Connection refused")
    withExtendedLifetime(server) {}
  }

  @Test func sourcePortsAreThoseOfTheDefinition() throws {
    let traffic = try NetworkTraffic { xml in
      xml.replacingOccurrences(
        of: "<forward mode='nat'/>",
        with: "<forward mode='nat'><nat><port start='40000' end='40009'/></nat></forward>")
    }
    try traffic.addGuest("one")
    for transport in ["tcp", "udp"] {
      let seen = try traffic.ask("198.51.100.2", from: "one", over: transport, localPort: 5000)
      let parts = seen.split(separator: " ")
      #expect(parts.first == "198.51.100.1", "\(transport): \(seen)")
      #expect(
        (40000...40009).contains(parts.last.flatMap { Int($0) } ?? 0), "\(transport): \(seen)")
    }
  }

  @Test func guestsOfOneNetworkMeetAndThoseOfTwoDoNot() throws {
    let traffic = try NetworkTraffic()
    let testbed = traffic.bed.testbed
    let other = try testbed.read("/etc/tapster/networks/default.xml")
      .replacingOccurrences(of: "default", with: "other")
      .replacingOccurrences(of: "virbr0", with: "virbr1")
      .replacingOccurrences(of: "192.168.122", with: "192.168.123")
    try testbed.write("/etc/tapster/networks/other.xml", other)
    let one = try traffic.addGuest("one")
    let two = try traffic.addGuest("two")
    let servers = try [
      NetworkTraffic.serve("two", in: testbed), NetworkTraffic.serve("one", in: testbed),
    ]
    #expect(try traffic.ask(two, from: "one").hasPrefix("\(one) "))

    try traffic.bed.tapster("net-start", "other").checked()
    try traffic.addGuest("three", bridge: "virbr1")
    let refused = try traffic.ask(one, from: "three")
    #expect(refused == "no: Connection refused")
    #expect(try traffic.ask("198.51.100.2", from: "three").hasPrefix("198.51.100.1 "))
    withExtendedLifetime(servers) {}
  }

  @Test func aForeignSourceAddressDoesNotGetOut() throws {
    let traffic = try NetworkTraffic()
    let testbed = traffic.bed.testbed
    try traffic.addGuest("one")
    try testbed.output(["ip", "address", "add", "203.0.113.7/32", "dev", "eth0"], on: "one")
    try testbed.output(
      ["nft", "-f", "-"], on: "outside",
      input: """
        table inet watch {
          counter foreign { }
          counter proper { }
          chain watch {
            type filter hook prerouting priority 0
            ip saddr 203.0.113.7 counter name foreign
            ip saddr 198.51.100.1 counter name proper
          }
        }

        """)
    _ = try testbed.run(
      ["busybox", "ping", "-c1", "-W1", "-I", "203.0.113.7", "198.51.100.2"], on: "one")
    // The same way, later: what came before it has arrived.
    #expect(try traffic.ask("198.51.100.2", from: "one").hasPrefix("198.51.100.1 "))
    func packets(_ counter: String) throws -> Int? {
      try testbed.json(["nft", "-j", "list", "counter", "inet", "watch", counter], on: "outside")[
        "nftables"
      ].array.compactMap { $0["counter"]["packets"].integer }.first
    }
    #expect(try packets("foreign") == 0)
    #expect(try packets("proper") ?? 0 > 0)
  }
}
