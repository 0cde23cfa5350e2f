import Foundation
import TestSupport
import Testing

/// A machine on which user `build` gets onto the default network and from there to the outside, and
/// the doctor who says so.
struct DoctorScene {
  let bed: NetworkTestbed
  var testbed: Testbed { bed.testbed }
  /// The helper that the doctor looks at.
  let helper: String

  static let acl = "allow virbr0 user=build taps=1\n"

  /// `network` is the definition of `default`, if not the one that is installed.
  init(helper: String = Testbed.helper, network: String? = nil) throws {
    self.helper = helper
    bed = try NetworkTestbed(tunMode: 0o600)
    try testbed.addHost(
      "outside", port: "uplink0", address: "198.51.100.2/24", portAddress: "198.51.100.1/24")
    try testbed.ip(["route add default via 198.51.100.2"])
    try testbed.write("/etc/tapster/acl.conf", Self.acl)
    if let network { try testbed.write("/etc/tapster/networks/default.xml", network) }
    try bed.tapster("net-start", "default").checked()
  }

  /// What the doctor says.
  func doctor(
    _ arguments: [String] = ["--user", "build"], as credentials: Credentials = .root,
    by starter: [String] = [], adjust: (inout Command) -> Void = { _ in }
  ) throws -> Diagnosis {
    var command = try testbed.command(
      starter + [Testbed.tapster, "doctor", "--json"] + arguments, as: credentials,
      environment: ["TAPSTER_HELPER": helper])
    adjust(&command)
    let said = try command.run()
    #expect(said.error.isEmpty, "\(said)")
    let json = try JSON(parsing: said.output)
    let findings = json["findings"].array
    #expect(said.status == (findings.isEmpty ? 0 : 1), "\(said)")
    for finding in findings {
      #expect((finding["fix"] == .null) != (finding["advice"] == .null), "\(said)")
      #expect(finding["what"].string?.isEmpty == false && finding["why"].string?.isEmpty == false)
    }
    return Diagnosis(
      ids: findings.compactMap { $0["id"].string },
      fixes: findings.compactMap { $0["fix"].string },
      unseen: json["unseen"].array.compactMap(\.string), said: said)
  }

  /// What was found.
  struct Diagnosis {
    var ids: [String]
    var fixes: [String]
    var unseen: [String]
    var said: Completed
  }

  /// Runs a command as an administrator who copies it from the screen.
  func run(_ command: String) throws {
    try testbed.command(
      ["/bin/sh", "-euc", command],
      environment: ["PATH": "/run/testbed/bin:/usr/sbin:/usr/bin:/sbin:/bin"]
    ).run().checked()
  }
}

/// One way to break the machine, what the doctor is to find, and what mends it.
struct Breakage: Sendable, CustomTestStringConvertible {
  /// The id of the one finding.
  var finding: String
  /// Breaks it, in a shell.
  var command: String
  /// Mends it where no command of the doctor's can; nil where that one is run.
  var mend: String?
  /// The doctor's command that is not run, since there is no module to load.
  var untried: String?
  /// Where the doctor looks.
  var arguments = ["--user", "build"]
  var helper = Testbed.helper
  var network: String?

  var testDescription: String { "\(finding): \(command.prefix(60))" }

  init(
    _ finding: String, _ command: String, mend: String? = nil, untried: String? = nil,
    arguments: [String]? = nil,
    helper: String = Testbed.helper, network: String? = nil
  ) {
    (self.finding, self.command, self.mend) = (finding, command, mend)
    (self.untried, self.helper, self.network) = (untried, helper, network)
    if let arguments { self.arguments = arguments }
  }

  private static func network(forward: String, more: String = "") -> String {
    """
    <network>
      <name>default</name>
      \(forward)
      <bridge name='virbr0' stp='off' delay='0'/>
      <ip address='192.168.122.1' prefix='24'>
        <dhcp><range start='192.168.122.2' end='192.168.122.254'/></dhcp>
      </ip>
      \(more)
    </network>

    """
  }

  static let all = [
    Breakage(
      "helper-missing", "mv bin/tapster-helper kept", mend: "mv kept bin/tapster-helper"),
    Breakage("helper-owner", "chown 1002 bin/tapster-helper && chmod 4755 bin/tapster-helper"),
    Breakage("helper-privilege", "chmod 755 bin/tapster-helper"),
    Breakage("helper-closed", "chmod 4700 bin/tapster-helper"),
    Breakage(
      "helper-privilege", "setcap -r bin/tapster-helper-cap", helper: Testbed.capabilityHelper),
    Breakage(
      "helper-nosuid", "mount --rbind bin bin && mount -o remount,bind,nosuid bin"),
    Breakage("tun-missing", "rm /dev/net/tun"),
    Breakage("acl-missing", "rm /etc/tapster/acl.conf"),
    Breakage(
      "acl-broken", "echo allow >>/etc/tapster/acl.conf",
      mend: "sed -i '$d' /etc/tapster/acl.conf"),
    Breakage("acl-broken", "chown 1002 /etc/tapster/acl.conf"),
    Breakage("acl-broken", "chmod g+w /etc/tapster/acl.conf"),
    Breakage(
      "acl-denies", "echo deny all user=build >>/etc/tapster/acl.conf",
      mend: "sed -i '$d' /etc/tapster/acl.conf"),
    Breakage("acl-silent", "echo allow virbr0 user=student >/etc/tapster/acl.conf"),
    Breakage(
      "acl-silent",
      "rm /etc/tapster/acl.conf && mkdir -p /etc/qemu && echo allow br9 >/etc/qemu/bridge.conf"),
    // A file that he may not read gives him nothing, whoever asks about it.
    Breakage(
      "acl-silent",
      """
      cd /etc/tapster
      mv acl.conf more.conf
      chmod 600 more.conf
      echo include more.conf >acl.conf
      """),
    Breakage("bridge-missing", "ip link delete virbr0"),
    Breakage("bridge-down", "ip link set virbr0 down"),
    Breakage(
      "bridge-missing", "echo allow br-lan >>/etc/tapster/acl.conf",
      arguments: ["--user", "build", "--br", "br-lan"]),
    Breakage(
      "bridge-address",
      "ip link add br-lan up type bridge && echo allow br-lan >>/etc/tapster/acl.conf",
      arguments: ["--user", "build", "--br", "br-lan"]),
    Breakage(
      "bridge-kind",
      "ip link add br-lan type veth peer name other && echo allow br-lan >>/etc/tapster/acl.conf",
      mend: "ip link delete br-lan && ip link add br-lan address 52:54:00:0:0:1 up type bridge",
      arguments: ["--user", "build", "--br=br-lan"]),
    Breakage("network-inactive", "tapster net-destroy default"),
    Breakage(
      "network-inactive", "tapster net-destroy default", arguments: ["--user=build", "default"]),
    Breakage(
      "bridge-taken", "tapster net-destroy default && ip link add virbr0 type bridge",
      mend: "ip link delete virbr0 && tapster net-start default"),
    Breakage(
      "network-left",
      """
      echo allow all >/etc/tapster/acl.conf
      sed 's/default/other/; s/virbr0/virbr9/; s/192.168.122/192.168.9/g; /uuid/d; /mac/d' \\
        /etc/tapster/networks/default.xml >/etc/tapster/networks/other.xml
      tapster net-start other
      rm /run/tapster/active/default
      """),
    Breakage(
      "network-definition", "echo nonsense >/etc/tapster/networks/odd.xml",
      mend: "rm /etc/tapster/networks/odd.xml"),
    Breakage(
      "subnet-overlap", "ip address add 192.168.122.201/30 dev lo",
      mend: "ip address delete 192.168.122.201/30 dev lo"),
    Breakage(
      "subnet-overlap", "ip route add 192.168.0.0/16 dev uplink0",
      mend: "ip route delete 192.168.0.0/16 dev uplink0"),
    Breakage("forwarding-off", "sysctl -qw net.ipv4.ip_forward=0"),
    Breakage("rules-gone", "nft flush ruleset"),
    Breakage("rules-gone", "nft delete table inet tapster"),
    Breakage("rules-gone", "nft flush chain inet tapster from_guests_virbr0"),
    Breakage("rules-gone", "nft flush chain inet tapster forward"),
    Breakage("rules-gone", "nft delete element inet tapster from_guests '{ \"virbr0\" }'"),
    Breakage(
      "rules-gone", "nft delete chain inet tapster outbound_virbr0",
      network: network(
        forward: "<forward mode='nat'/>",
        more: "<bandwidth><outbound average='1000'/></bandwidth>")),
    Breakage("foreign-firewall", "iptables -P FORWARD DROP"),
    Breakage(
      "foreign-firewall",
      "nft 'table inet admin { chain f { type filter hook forward priority 5; policy drop; }; }'"),
    Breakage("foreign-firewall", "iptables -P INPUT DROP"),
    Breakage(
      "dnsmasq-dead",
      """
      process=$(cat /run/tapster/networks/default/dnsmasq.pid)
      kill -KILL "$process"
      tail --pid="$process" -s 0.05 -f /dev/null
      """),
    Breakage(
      "dnsmasq-port",
      """
      process=$(cat /run/tapster/networks/default/dnsmasq.pid)
      kill -KILL "$process"
      tail --pid="$process" -s 0.05 -f /dev/null
      dnsmasq --conf-file=/dev/null --listen-address=192.168.122.1 --bind-interfaces \\
        --pid-file=/run/other.pid
      """),
    Breakage(
      "no-uplink", "ip route delete default", mend: "ip route add default via 198.51.100.2"),
    Breakage(
      "uplink-down", "ip link set uplink0 down",
      network: network(forward: "<forward mode='nat' dev='uplink0'/>")),
    Breakage(
      "vhost-missing",
      "rm -f /dev/vhost-net && echo allow virbr0 user=build taps=1 vhost >/etc/tapster/acl.conf",
      mend: "mknod -m 600 /dev/vhost-net c 10 238", untried: "modprobe vhost_net"),
    Breakage(
      "forwarding-off", "sysctl -qw net.ipv6.conf.all.forwarding=0",
      network: network(
        forward: "<forward mode='route'/>",
        more: "<ip family='ipv6' address='2001:db8:122::1' prefix='64'/>")),
  ]
}
