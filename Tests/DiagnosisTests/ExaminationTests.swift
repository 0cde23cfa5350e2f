import Diagnosis
import Testing

/// Findings from facts alone: each is made by one fact, and by that one only.
struct ExaminationTests {
  /// A host on which user `ada` gets onto network `lab`, and out by `eth0`.
  private static func healthy() -> HostFacts {
    var facts = HostFacts()
    facts.user = HostFacts.User(name: "ada", number: 1000, groups: [1000])
    facts.confinement = HostFacts.Confinement()
    facts.helperPath = "/usr/libexec/tapster/tapster-helper"
    facts.helper = HostFacts.Helper(
      owner: 0, group: 0, mode: 0o4755, hasCapability: false, isOnNosuid: false)
    facts.tun = HostFacts.Device(owner: 0, group: 0, mode: 0o600)
    facts.vhost = HostFacts.Device(owner: 0, group: 0, mode: 0o600)
    var bridge = HostFacts.Bridge(name: "br lab")
    bridge.mac = "52:54:00:00:00:01"
    bridge.network = "lab's"
    bridge.isNetworks = true
    bridge.access = .allowed(place: "/etc/tapster/acl.conf:1", taps: 2, used: 1, vhost: true)
    facts.bridges = [bridge]
    var network = HostFacts.Network(name: "lab's")
    network.forwards = [.ipv4, .ipv6]
    network.server = .runs
    facts.networks = [network]
    var uplink = HostFacts.Uplink(interface: "eth0", routes: [.ipv4, .ipv6])
    uplink.acceptsRoutes = 2
    uplink.forwardsIPv6 = true
    facts.uplinks = [uplink]
    return facts
  }

  private struct Case: Sendable {
    var id: FindingID
    var change: @Sendable (inout HostFacts) -> Void
    var fix: String?
  }

  private static let repair = "tapster net-repair 'lab'\\''s'"

  private static let cases = [
    Case(id: .helperMissing) { $0.helper = nil },
    Case(
      id: .helperMissing,
      change: {
        $0.helper = nil; $0.isPackaged = true
      },
      fix: "apt-get install --reinstall tapster-helper"),
    Case(
      id: .helperOwner, change: { $0.helper?.owner = 7 },
      fix: "chown root:root /usr/libexec/tapster/tapster-helper && "
        + "chmod 4755 /usr/libexec/tapster/tapster-helper"),
    Case(
      id: .helperPrivilege, change: { $0.helper?.mode = 0o755 },
      fix: "chmod 4755 /usr/libexec/tapster/tapster-helper"),
    Case(
      id: .helperNosuid, change: { $0.helper?.isOnNosuid = true },
      fix: "mount -o remount,suid "
        + "\"$(findmnt -n -o TARGET -T /usr/libexec/tapster/tapster-helper)\""),
    Case(
      id: .helperClosed, change: { $0.helper?.mode = 0o4750 },
      fix: "chmod go+rx /usr/libexec/tapster/tapster-helper"),
    Case(
      id: .noNewPrivileges,
      change: {
        $0.confinement?.hasNoNewPrivileges = true
        $0.hasSystemd = true
      }, fix: "systemctl restart tapster-broker.socket"),
    Case(id: .userNamespace) { $0.confinement?.isInUserNamespace = true },
    Case(id: .brokerRefuses) {
      $0.helper?.mode = 0o755
      $0.broker = .answers
      $0.user?.brokerRefusal = "…"
    },
    Case(
      id: .tunMissing, change: { $0.tun = nil },
      fix: "mkdir -p /dev/net && mknod -m 0666 /dev/net/tun c 10 200"),
    Case(
      id: .tunMissing,
      change: {
        $0.tun = nil; $0.hasTunDriver = false
      }, fix: "modprobe tun"),
    Case(
      id: .tunClosed,
      change: {
        $0.helper?.mode = 0o755
        $0.helper?.hasCapability = true
        $0.vhost?.mode = 0o666
      }, fix: "chmod 0666 /dev/net/tun"),
    Case(
      id: .vhostClosed,
      change: {
        $0.helper?.mode = 0o755
        $0.helper?.hasCapability = true
        $0.tun?.mode = 0o666
      }, fix: "chmod 0666 /dev/vhost-net"),
    Case(id: .vhostMissing, change: { $0.vhost = nil }, fix: "modprobe vhost_net"),
    Case(
      id: .aclMissing, change: { $0.list = .missing },
      fix: "tapster acl-add allow 'br lab' user=ada"),
    Case(
      id: .aclBroken, change: { $0.list = .writable(path: "/a b", words: "…") },
      fix: "chmod go-w '/a b'"),
    Case(
      id: .aclBroken, change: { $0.list = .foreignOwner(path: "/a$b", words: "…") },
      fix: "chown root '/a$b'"),
    Case(id: .aclBroken) { $0.list = .broken(words: "/a:1:1: …") },
    Case(id: .brokerRefuses) {
      $0.bridges[0].access = .refusedByBroker(words: "…", advice: nil)
    },
    Case(id: .aclDenies) { $0.bridges[0].access = .denied(place: "/a:1", rule: "deny all") },
    Case(
      id: .aclSilent, change: { $0.bridges[0].access = .silent(file: "/a") },
      fix: "tapster acl-add allow 'br lab' user=ada"),
    Case(id: .quotaUsed) {
      $0.bridges[0].access = .allowed(place: "/a:1", taps: 1, used: 1, vhost: false)
    },
    Case(id: .bridgeMissing, change: { $0.bridges[0].kind = .missing }, fix: repair),
    Case(id: .bridgeDown, change: { $0.bridges[0].isUp = false }, fix: repair),
    Case(
      id: .bridgeDown,
      change: {
        $0.bridges[0].isUp = false
        $0.bridges[0].isNetworks = false
      }, fix: "ip link set 'br lab' up"),
    Case(id: .bridgeKind) { $0.bridges[0].kind = .other },
    Case(
      id: .bridgeAddress, change: { $0.bridges[0].keepsAddress = false },
      fix: "ip link set 'br lab' address 52:54:00:00:00:01"),
    Case(
      id: .networkLeft,
      change: {
        $0.networks[0].isActive = false
        $0.networks[0].isWanted = false
        $0.networks[0].isLeftOver = true
      }, fix: repair),
    Case(
      id: .bridgeTaken,
      change: {
        $0.networks[0].isActive = false
        $0.networks[0].takenName = "br lab"
      }),
    Case(id: .networkDefinition) { $0.networks[0].problem = "nonsense" },
    Case(
      id: .networkInactive, change: { $0.networks[0].isActive = false },
      fix: "tapster net-start 'lab'\\''s'"),
    Case(
      id: .subnetOverlap,
      change: {
        $0.networks[0].overlap = HostFacts.Network.Overlap(
          subnet: "10.0.0.0/24", other: "10.0.0.0/8", isRoute: true, interface: "vpn;0")
      }),
    Case(id: .forwardingOff, change: { $0.networks[0].notForwarded = [.ipv6] }, fix: repair),
    Case(id: .rulesGone, change: { $0.networks[0].rules = .gone }, fix: repair),
    Case(
      id: .foreignFirewall,
      change: {
        $0.networks[0].obstacles = [HostFacts.Network.Obstacle(words: "…", fix: "ufw allow")]
      }, fix: "ufw allow"),
    Case(id: .dnsmasqDead, change: { $0.networks[0].server = .dead }, fix: repair),
    Case(
      id: .dnsmasqPort,
      change: {
        $0.networks[0].server = .dead
        $0.networks[0].portHolders = [
          HostFacts.Network.PortHolder(process: 42, program: "named", port: "UDP 53")
        ]
      }, fix: "kill 42 && tail --pid=42 -f /dev/null && " + repair),
    Case(id: .noUplink) { $0.uplinks[0].routes = [.ipv6] },
    Case(
      id: .uplinkDown,
      change: {
        $0.networks[0].exits = [
          HostFacts.Network.Exit(interface: "eth1", exists: true, isUp: false)
        ]
      }, fix: "ip link set eth1 up"),
    Case(id: .uplinkDown) {
      $0.networks[0].exits = [HostFacts.Network.Exit(interface: "eth1", exists: false, isUp: false)]
    },
    Case(
      id: .routerAdvertisements,
      change: {
        $0.uplinks[0].acceptsRoutes = 1
        $0.uplinks[0].isAdvertised = true
      }, fix: "sysctl -w net/ipv6/conf/eth0/accept_ra=2"),
  ]

  @Test func whereAllIsRightNothingIsFound() {
    let examination = Examination(Self.healthy())
    #expect(examination.findings == [])
    #expect(examination.fine.count >= 6)
  }

  @Test func eachFactMakesItsFindingAlone() {
    for each in Self.cases {
      var facts = Self.healthy()
      each.change(&facts)
      let findings = Examination(facts).findings
      #expect(findings.map(\.id) == [each.id])
      if let fix = each.fix { #expect(findings.first?.fix == fix) }
      for finding in findings { #expect((finding.fix == nil) != (finding.advice == nil)) }
    }
    #expect(Set(Self.cases.map(\.id)) == Set(FindingID.allCases), "a finding that nothing makes")
  }

  @Test func theBrokerStandsInForPrivilege() {
    for change: (inout HostFacts) -> Void in [
      { $0.confinement?.hasNoNewPrivileges = true }, { $0.helper?.mode = 0o755 },
      { $0.confinement?.isInUserNamespace = true }, { $0.helper?.isOnNosuid = true },
    ] {
      var facts = Self.healthy()
      change(&facts)
      #expect(!Examination(facts).findings.isEmpty)
      facts.broker = .answers
      #expect(Examination(facts).findings == [])
      facts.broker = .silent
      #expect(!Examination(facts).findings.isEmpty)
    }
  }

  /// Whom the broker refuses a helper with privilege serves all the same.
  @Test func aSetUserIDHelperStandsInForTheBroker() {
    var facts = Self.healthy()
    facts.user?.brokerRefusal = "…"
    facts.broker = .answers
    #expect(Examination(facts).findings == [])
    facts.confinement?.hasNoNewPrivileges = true
    #expect(Examination(facts).findings.map(\.id) == [.brokerRefuses])
  }

  /// What a confined caller sees of devices and owners says nothing of what the broker does.
  @Test func whatTheBrokerOpensNeedNotBeSeen() {
    var facts = Self.healthy()
    facts.broker = .answers
    facts.tun = nil
    facts.vhost = nil
    facts.helper?.owner = 65534
    let outside = Examination(facts)
    #expect(outside.findings.map(\.id) == [.tunMissing, .vhostMissing])
    for change: (inout HostFacts) -> Void in [
      { $0.confinement?.hasNoNewPrivileges = true }, { $0.confinement?.isInUserNamespace = true },
    ] {
      var confined = facts
      change(&confined)
      #expect(Examination(confined).findings == [])
    }
    // Without it, the one finding is that it is not there.
    facts.broker = .absent
    facts.confinement?.isInUserNamespace = true
    facts.bridges[0].access = nil
    #expect(Examination(facts).findings.map(\.id) == [.userNamespace])
  }

  /// A helper with a capability alone opens the device as its caller, whoever else there is.
  @Test func aBrokerThatIsNotAskedOpensNothing() {
    var facts = Self.healthy()
    facts.broker = .answers
    facts.helper?.mode = 0o755
    facts.helper?.hasCapability = true
    #expect(Examination(facts).findings.map(\.id) == [.tunClosed, .vhostClosed])
    facts.confinement?.hasNoNewPrivileges = true
    #expect(Examination(facts).findings == [])
  }

  /// Nobody has to have every bridge, unless it was asked about.
  @Test func oneBridgeIsEnough() {
    var facts = Self.healthy()
    var other = HostFacts.Bridge(name: "br1")
    other.access = .silent(file: "/a")
    facts.bridges.append(other)
    #expect(Examination(facts).findings == [])
    facts.isAnyBridgeEnough = false
    #expect(Examination(facts).findings.map(\.id) == [.aclSilent])
  }

  /// What follows from something else is not found beside it.
  @Test func consequencesAreNotFound() {
    var facts = Self.healthy()
    facts.networks[0].isActive = false
    facts.networks[0].server = .dead
    facts.networks[0].rules = .gone
    facts.bridges[0].kind = .missing
    #expect(Examination(facts).findings.map(\.id) == [.networkInactive])
    facts.networks[0].isActive = true
    #expect(Examination(facts).findings.map(\.id) == [.bridgeMissing])
  }
}
