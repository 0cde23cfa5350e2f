/// Something that keeps guests off the network, or will.
public struct Finding: Equatable, Sendable {
  /// What it is, for programs: the same in every version.
  public let id: FindingID
  /// What is wrong, in half a sentence.
  public let what: String
  /// What follows from it, or how it comes, in half a sentence.
  public let why: String
  /// The command that mends it, for root's shell; nil where no command can.
  public let fix: String?
  /// What to do about it where that is no command; nil where ``fix`` says all.
  public let advice: String?

  /// A finding that a command mends.
  init(_ id: FindingID, _ what: String, why: String, fix: String) {
    (self.id, self.what, self.why, self.fix, advice) = (id, what, why, fix, nil)
  }

  /// A finding that somebody has to do something about.
  init(_ id: FindingID, _ what: String, why: String, advice: String) {
    (self.id, self.what, self.why, fix, self.advice) = (id, what, why, nil, advice)
  }
}

/// What can be found. The raw values are what programs see, and stay.
public enum FindingID: String, CaseIterable, Sendable {
  /// There is no tapster-helper.
  case helperMissing = "helper-missing"
  /// It belongs to somebody else than root.
  case helperOwner = "helper-owner"
  /// It is neither set-user-ID nor has the capability.
  case helperPrivilege = "helper-privilege"
  /// It is on a file system that grants no privilege.
  case helperNosuid = "helper-nosuid"
  /// The user may not run it.
  case helperClosed = "helper-closed"
  /// The caller runs with no_new_privs, and no broker answers.
  case noNewPrivileges = "no-new-privileges"
  /// The caller is in a user namespace, and no broker answers.
  case userNamespace = "user-namespace"
  /// The broker, which would have to do it, refuses the user whatever the list says; or it refuses
  /// the bridge to a caller in a user namespace, who does not see the list for what it is.
  case brokerRefuses = "broker-refuses"
  /// There is no /dev/net/tun.
  case tunMissing = "tun-missing"
  /// The helper may not open it.
  case tunClosed = "tun-closed"
  /// There is no /dev/vhost-net, though the rule grants vhost.
  case vhostMissing = "vhost-missing"
  /// The helper may not open it.
  case vhostClosed = "vhost-closed"
  /// There is no access control list.
  case aclMissing = "acl-missing"
  /// It cannot be gone by.
  case aclBroken = "acl-broken"
  /// A rule denies the bridge to the user.
  case aclDenies = "acl-denies"
  /// No rule allows it.
  case aclSilent = "acl-silent"
  /// The user has as many taps as the rule allows.
  case quotaUsed = "quota-used"
  /// There is no such bridge.
  case bridgeMissing = "bridge-missing"
  /// The interface is none.
  case bridgeKind = "bridge-kind"
  /// It is not set up.
  case bridgeDown = "bridge-down"
  /// Its Ethernet address changes with its ports.
  case bridgeAddress = "bridge-address"
  /// The definition cannot be read or carried out.
  case networkDefinition = "network-definition"
  /// The network is defined and does not run.
  case networkInactive = "network-inactive"
  /// Something is left of a start or stop that did not end.
  case networkLeft = "network-left"
  /// Its bridge's name is another interface's.
  case bridgeTaken = "bridge-taken"
  /// Its addresses are in use elsewhere on the host.
  case subnetOverlap = "subnet-overlap"
  /// The host does not forward.
  case forwardingOff = "forwarding-off"
  /// Firewall rules of ours are gone.
  case rulesGone = "rules-gone"
  /// Another program's rules drop what guests send or are sent.
  case foreignFirewall = "foreign-firewall"
  /// The network's dnsmasq does not run.
  case dnsmasqDead = "dnsmasq-dead"
  /// It cannot, since another program has its port.
  case dnsmasqPort = "dnsmasq-port"
  /// There is no way out.
  case noUplink = "no-uplink"
  /// The only interface by which packets may leave is missing or down.
  case uplinkDown = "uplink-down"
  /// The uplink takes no routes from router advertisements since it forwards.
  case routerAdvertisements = "router-advertisements"
}
