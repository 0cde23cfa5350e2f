import Foundation
import TestSupport
import Testing

/// A network beside other people's firewalls: what they drop stays dropped, and `net-start` says
/// so, with the command that mends it.
@Suite(
  .enabled(if: Privilege.isRoot, "namespaces need root"),
  .enabled(if: Binaries.exists(Binaries.tapster), "tapster is not built"))
struct ForeignFirewallTests {
  /// A firewall, as its program sets it up, and what the command that mends it begins with.
  struct Firewall: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var commands: String
    var remedy: String
  }

  private static let docker = """
    iptables -N DOCKER-USER
    iptables -A DOCKER-USER -j RETURN
    iptables -P FORWARD DROP
    iptables -A FORWARD -j DOCKER-USER

    """

  static let firewalls = [
    Firewall(
      testDescription: "iptables", commands: "iptables -P FORWARD DROP\n",
      remedy: "iptables -I FORWARD"),
    Firewall(testDescription: "Docker", commands: docker, remedy: "iptables -I DOCKER-USER"),
    Firewall(
      testDescription: "nft, policy drop",
      commands: """
        nft -f - <<END
        table inet admin {
          chain forward {
            type filter hook forward priority 0; policy drop;
            ct state established,related accept
          }
        }
        END

        """, remedy: "nft insert rule inet admin forward"),
    Firewall(
      testDescription: "nft, reject at the end",
      commands: """
        nft -f - <<END
        table ip admin {
          chain others { iifname "eth7" accept; }
          chain forwarding {
            type filter hook forward priority 10;
            jump others
            reject with icmp type admin-prohibited
          }
        }
        END

        """, remedy: "nft insert rule ip admin forwarding"),
    Firewall(
      testDescription: "nft, drop by a verdict map",
      commands: """
        nft -f - <<END
        table inet admin {
          chain forwarding {
            type filter hook forward priority 0;
            ct state vmap { new : drop, established : accept }
          }
        }
        END

        """, remedy: "nft insert rule inet admin forwarding"),
  ]

  /// Rules that let everything go on, of all kinds of which the kernel alone can tell that.
  private static let harmless = """
    iptables -N LIBVIRT_FWO
    iptables -A FORWARD -j LIBVIRT_FWO
    nft -f - <<END
    table inet admin {
      set known { type ipv4_addr; }
      chain counted { counter; return; }
      chain forwarding {
        type filter hook forward priority 0;
        meta mark set 0x7 ct mark set meta mark
        ip saddr 192.0.2.0/24 log prefix "seen" limit rate 3/second jump counted
        ip daddr @known accept
        tcp flags syn tcp option maxseg size set rt mtu
        goto counted
      }
    }
    END

    """

  /// The kernel is asked whether anything may drop, and nft only then: it takes milliseconds.
  @Test(arguments: [("", 0), ("nft add rule ip filter LIBVIRT_FWO udp dport 9 drop\n", 1)])
  func nftIsNotAskedAboutWhatDropsNothing(dropping: String, tables: Int) throws {
    let scene = try Scene(
      Firewall(testDescription: "harmless", commands: Self.harmless + dropping, remedy: ""))
    let (asked, nft) = ("\(Testbed.scratch)/asked", "\(Testbed.scratch)/programs/nft")
    try scene.testbed.write(
      nft, "#!/bin/sh\necho \"$*\" >>\(asked)\nexec /usr/sbin/nft \"$@\"\n")
    try scene.testbed.output(["chmod", "+x", nft])
    let started = try scene.testbed.run([
      "env", "PATH=\(Testbed.scratch)/programs:/usr/sbin:/usr/bin:/sbin:/bin", Testbed.tapster,
      "net-start", "travel",
    ])
    #expect(started.succeeded && started.error.isEmpty, "\(started)")
    let questions = try scene.testbed.read(asked).split(separator: "\n")
    #expect(questions.filter { $0 == "-f -" }.count == 1, "\(questions)")
    #expect(questions.filter { $0.hasPrefix("-j list table") }.count == tables, "\(questions)")
    #expect(try scene.reach() == "198.51.100.1")
  }

  @Test(arguments: firewalls)
  func theCommandThatIsNamedMendsIt(firewall: Firewall) throws {
    let scene = try Scene(firewall)
    let started = try scene.testbed.run([Testbed.tapster, "net-start", "travel"])
    #expect(started.succeeded, "\(started)")
    #expect(try scene.foreign() == scene.before)
    let reach = try scene.reach()
    #expect(reach != "198.51.100.1")
    let command = try #require(
      started.error.split(separator: "\n").compactMap { line in
        line.range(of: firewall.remedy).map { String(line[$0.lowerBound...]) }
      }.first, "\(started)")
    try scene.testbed.output(["sh", "-ec", command])
    #expect(try scene.reach() == "198.51.100.1", "after: \(command)")
    // Now there is nothing to warn of.
    try scene.testbed.output([Testbed.tapster, "net-destroy", "travel"])
    let again = try scene.testbed.run([Testbed.tapster, "net-start", "travel"])
    #expect(again.succeeded && again.error.isEmpty, "\(again)")
  }

  /// Whoever starts it from a file is told as much as who starts one that is defined.
  @Test func aNetworkThatIsCreatedIsWarnedOfToo() throws {
    let scene = try Scene(Self.firewalls[0])
    let started = try scene.testbed.run([Testbed.tapster, "net-start", "travel"]).checked()
    #expect(started.error.contains("warning: network travel: "), "\(started)")
    let file = "\(Testbed.scratch)/travel.xml"
    try scene.testbed.write(file, try scene.testbed.read("/etc/tapster/networks/travel.xml"))
    for command in ["net-destroy", "net-undefine"] {
      try scene.testbed.output([Testbed.tapster, command, "travel"])
    }
    let created = try scene.testbed.run([Testbed.tapster, "net-create", file]).checked()
    #expect(created.output == "Network travel created from \(file)\n\n")
    #expect(created.error == started.error)
  }

  /// An administrator who lets in what he names is asked to name DHCP and DNS.
  @Test(arguments: [
    Firewall(
      testDescription: "iptables", commands: "iptables -P INPUT DROP\n",
      remedy: "iptables -I INPUT"),
    Firewall(
      testDescription: "nft",
      commands: """
        nft -f - <<END
        table inet admin {
          chain input {
            type filter hook input priority 0; policy drop;
            ct state established,related accept
            iifname "lo" accept
            tcp dport 22 accept
          }
        }
        END

        """, remedy: "nft insert rule inet admin input"),
  ])
  func guestsGetAddressesAndNamesOnceThatIsMended(firewall: Firewall) throws {
    let scene = try Scene(firewall)
    let started = try scene.testbed.run([Testbed.tapster, "net-start", "travel"])
    #expect(started.succeeded, "\(started)")
    try scene.testbed.ip(["link set to-guest master br-travel"])
    let command = try #require(
      started.error.split(separator: "\n").compactMap { line in
        line.range(of: firewall.remedy).map { String(line[$0.lowerBound...]) }
      }.first, "\(started)")
    try scene.testbed.output(["sh", "-ec", command])
    let lease = try scene.testbed.run(
      [
        "busybox", "udhcpc", "-n", "-q", "-f", "-i", "eth0", "-t", "20", "-T", "1", "-s",
        "/bin/true",
      ], on: "guest", timeout: .seconds(40))
    #expect(lease.succeeded, "\(lease)")
    let names = try scene.testbed.run(
      ["busybox", "nslookup", "-type=a", "stone.example", "192.168.122.1"], on: "guest")
    #expect(names.output.contains("192.168.122.77"), "\(names)")
  }

  @Test func dockersOwnChainIsUsedWhereThatIsWanted() throws {
    let scene = try Scene(Self.firewalls[1])
    let started = try scene.testbed.run([Testbed.tapster, "net-start", "travel", "--with-docker"])
    #expect(started.succeeded && started.error.isEmpty, "\(started)")
    #expect(try scene.foreign() != scene.before)
    #expect(try scene.reach() == "198.51.100.1")
    try scene.testbed.output([Testbed.tapster, "net-destroy", "travel"])
    #expect(try scene.foreign() == scene.before)
  }

  /// Who is no longer in a network does not get out by way of the host either.
  @Test func afterTheStopNothingIsForwarded() throws {
    let scene = try Scene(nil)
    try scene.testbed.output([Testbed.tapster, "net-start", "travel"])
    #expect(try scene.reach() == "198.51.100.1")
    try scene.testbed.output([Testbed.tapster, "net-destroy", "travel"])
    // The cable goes to another bridge, on which the host has the same address.
    try scene.testbed.ip([
      "link add br-mine type bridge", "link set br-mine up",
      "address add 192.168.122.1/24 dev br-mine", "link set to-guest master br-mine",
    ])
    try scene.testbed.ip(["neighbour flush dev eth0"], on: "guest")
    let watcher = try scene.testbed.socket(.udp, on: "outside")
    try watcher.bind("0.0.0.0", 9000)
    let guest = try scene.testbed.socket(.udp, on: "guest")
    try guest.send(Array("by the host".utf8), to: "198.51.100.2", 9000)
    let ping = try scene.testbed.run(
      ["busybox", "ping", "-c1", "-W5", "192.168.122.1"], on: "guest")
    #expect(ping.succeeded)
    #expect(try watcher.receive() == nil)
  }

  /// A guest, an outside, and a network that is defined.
  struct Scene {
    let testbed: Testbed
    private(set) var before = ""
    private let listener: Listener

    init(_ firewall: Firewall?) throws {
      testbed = try Testbed()
      try testbed.addHost(
        "outside", port: "uplink0", address: "198.51.100.2/24", portAddress: "198.51.100.1/24")
      try testbed.addHost("guest", port: "to-guest", address: "192.168.122.10/24")
      try testbed.ip(["route add default via 192.168.122.1"], on: "guest")
      try testbed.write(
        "/etc/tapster/networks/travel.xml",
        """
        <network>
          <name>travel</name>
          <forward mode='nat'/>
          <bridge name='br-travel' stp='off' delay='0'/>
          <dns><host ip='192.168.122.77'><hostname>stone.example</hostname></host></dns>
          <ip address='192.168.122.1' netmask='255.255.255.0'>
            <dhcp><range start='192.168.122.100' end='192.168.122.199'/></dhcp>
          </ip>
        </network>

        """)
      if let firewall { try testbed.output(["sh", "-ec", firewall.commands]) }
      listener = try Listener(testbed, on: "outside", "198.51.100.2", 8080)
      before = try foreign()
    }

    /// Whom the outside sees when the guest talks to it, or why it does not.
    func reach() throws -> String {
      try testbed.ip(["link set to-guest master br-travel"])
      return try listener.seen(
        from: "guest", at: "198.51.100.2", 8080, patience: .milliseconds(500))
    }

    /// All rules that are not ours.
    func foreign() throws -> String {
      let tables = try testbed.output(["nft", "list", "tables"]).split(separator: "\n")
      return try tables.filter { $0 != "table inet tapster" }.map {
        try testbed.output(["nft", "-s", "list"] + $0.split(separator: " ").map(String.init))
      }.joined()
    }
  }
}
