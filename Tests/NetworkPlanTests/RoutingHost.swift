import Foundation
import NetworkModel
import NetworkPlan
import TestSupport
import Testing

/// A host that routes for networks as their plans say: bridges, addresses and the rules, in
/// namespaces of its own; with guests (hosts behind veth ports that were given their addresses),
/// and a host `outside`, 198.51.100.2 and 2001:db8:51::2, to which it is 198.51.100.1 and
/// 2001:db8:51::1.
final class RoutingHost {
  let testbed: Testbed
  private var servers: [Talk] = []

  /// With `filteringFrames`, what passes a bridge passes the rules too (br_netfilter).
  init(_ plans: [Plan], filteringFrames: Bool = false) throws {
    testbed = try Testbed()
    for family in ["ipv4/ip_forward", "ipv6/conf/all/forwarding"] {
      try testbed.output(["sh", "-c", "echo 1 >/proc/sys/net/\(family)"])
    }
    for version in ["", "6"] {
      let place = "/proc/sys/net/bridge/bridge-nf-call-ip\(version)tables"
      guard FileManager.default.fileExists(atPath: place) else { continue }
      try testbed.output(["sh", "-c", "echo \(filteringFrames ? 1 : 0) >\(place)"])
    }
    try testbed.addHost(
      "outside", port: "uplink0", address: "198.51.100.2/24", portAddress: "198.51.100.1/24")
    try ip("address add 2001:db8:51::1/64 dev uplink0 nodad")
    try ip("address add 2001:db8:51::2/64 dev eth0 nodad", on: "outside")
    for destination in ["192.168.0.0/16 via 198.51.100.1", "2001:db8::/32 via 2001:db8:51::1"] {
      try ip("route add \(destination)", on: "outside")
    }
    for plan in plans {
      let bridge = try #require(plan.bridge)
      try ip("link add \(bridge.name) address \(bridge.mac) type bridge forward_delay 0")
      for address in bridge.addresses {
        try ip(
          "address add \(address.address)/\(address.network.prefixLength) dev \(bridge.name)"
            + (address.address.ipv6 == nil ? "" : " nodad"))
      }
      try ip("link set \(bridge.name) up")
    }
    try apply(FirewallPlan.whole(plans.compactMap(\.firewall)))
  }

  /// Puts a transaction in force.
  func apply(_ transaction: String) throws {
    try testbed.output(["nft", "-f", "-"], input: transaction)
  }

  /// Plugs a guest into a bridge, with addresses (and their prefix) and the host's as its routers.
  func addGuest(
    _ name: String, on bridge: String = "virbr0", _ addresses: [String], routers: [String]
  ) throws {
    try testbed.addHost(name, port: "to-\(name)", bridge: bridge)
    for address in addresses {
      try ip(
        "address add \(address) dev eth0" + (address.contains(":") ? " nodad" : ""), on: name)
    }
    for router in routers { try ip("route add default via \(router)", on: name) }
  }

  func ip(_ words: String, on host: String? = nil) throws {
    try testbed.output(["ip"] + words.split(separator: " ").map(String.init), on: host)
  }

  /// Has a host answer on these ports of TCP and UDP, from now on.
  func serve(_ host: String?, on ports: [Int]) throws {
    let server = try Talk(testbed, ["perl", "-e", Self.server] + ports.map { "\($0)" }, on: host)
    #expect(try server.line() == "ready")
    servers.append(server)
  }

  /// Connects from `host`, maybe from an address and port of its own, to an address and port; see
  /// ``Talk/ask(_:)``.
  func connect(
    _ address: String, _ port: Int, from host: String?, over transport: String = "tcp",
    at own: (address: String, port: Int)? = nil
  ) throws -> Talk {
    let at = own.map { [$0.address, "\($0.port)"] } ?? []
    return try Talk(
      testbed, ["perl", "-e", Self.client, address, "\(port)", transport] + at, on: host)
  }

  /// What a connection of one question gets: who asked as the answerer saw it, and at which of its
  /// ports, or `no`.
  func ask(
    _ address: String, _ port: Int, from host: String?, over transport: String = "tcp"
  ) throws -> String {
    try connect(address, port, from: host, over: transport).ask()
  }

  /// Answers each line with `ADDRESS PORT`: where the line came from, and the port it came to; or,
  /// if the line is `from`, the port that it came from.
  private static let server = #"""
    use IO::Socket::IP; use IO::Select; $| = 1; my $all = IO::Select->new;
    $SIG{PIPE} = "IGNORE";
    for (@ARGV) {
      my @at = (LocalHost => "::", V6Only => 0, LocalPort => $_, ReuseAddr => 1);
      $all->add(IO::Socket::IP->new(@at, Listen => 9) || die "$_: $@");
      $all->add(IO::Socket::IP->new(@at, Type => SOCK_DGRAM, Proto => "udp") || die "$_: $@");
    }
    print "ready\n";
    while (1) {
      for my $one ($all->can_read) {
        if ($one->socktype == SOCK_DGRAM) {
          my $from = $one->recv(my $line, 99) or next;
          my ($e, $host) = Socket::getnameinfo($from, Socket::NI_NUMERICHOST());
          my $port = $line =~ /from/ ? (Socket::unpack_sockaddr_in6($from))[0] : $one->sockport;
          $host =~ s/^::ffff://; $one->send("$host $port\n", 0, $from);
        }
        elsif ($one->sockopt(Socket::SO_ACCEPTCONN())) { $all->add(scalar $one->accept) }
        elsif (!sysread($one, my $line, 99)) { $all->remove($one); close $one }
        else {
          my $host = $one->peerhost; $host =~ s/^::ffff://;
          my $port = $line =~ /from/ ? $one->peerport : $one->sockport;
          syswrite($one, "$host $port\n");
        }
      }
    }
    """#

  /// Sends a line for each that it is given, and tells the answer, or `no` if it has none.
  private static let client = #"""
    use IO::Socket::IP; use IO::Select; $| = 1; my ($host, $port, $transport, @at) = @ARGV;
    $SIG{PIPE} = "IGNORE";
    my $one = IO::Socket::IP->new(PeerHost => $host, PeerPort => $port, Timeout => 10,
      Type => $transport eq "tcp" ? SOCK_STREAM : SOCK_DGRAM, Proto => $transport,
      @at ? (LocalHost => $at[0], LocalPort => $at[1]) : ());
    while (<STDIN>) {
      my $answer = "";
      if ($one && defined syswrite($one, $_) && IO::Select->new($one)->can_read(8)) {
        sysread($one, $answer, 99);
      }
      print $answer || "no\n";
    }
    """#
}

/// A program that is given lines and says lines.
final class Talk {
  private let program: RunningProcess
  private let input: OpenDescriptor
  private let said: LineStream

  init(_ testbed: Testbed, _ arguments: [String], on host: String?) throws {
    var command = try testbed.command(arguments, on: host)
    let (reader, input) = try OpenDescriptor.pipe()
    let (output, writer) = try OpenDescriptor.pipe()
    command.descriptors = [0: reader, 1: writer]
    program = try command.start()
    for end in [reader, writer] { end.close() }
    self.input = input
    said = try LineStream(reading: output)
  }

  /// The next line that it says.
  func line() throws -> String {
    try #require(try said.lines(within: .patience) { _ in true }?.last)
  }

  /// Sends a line over the connection, the same one each time: the answer, or `no`.
  func ask(_ question: String = "?") throws -> String {
    FileHandle(fileDescriptor: input.rawValue).write(Data("\(question)\n".utf8))
    return try line()
  }
}
