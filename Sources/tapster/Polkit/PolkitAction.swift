/// What polkit is asked about: whether a user may have it done as root (`polkit/`).
enum PolkitAction: String, CaseIterable {
  /// To define, change, start and stop networks.
  case manageNetworks = "org.tapster.networks.manage"
  /// To see networks where their files are closed to others.
  case readNetworks = "org.tapster.networks.read"
  /// To see to taps of other users.
  case manageTaps = "org.tapster.taps.manage"
  /// To say who may have taps.
  case manageAccessList = "org.tapster.acl.manage"

  /// The action that a command needs to be run as root.
  init?(managing command: String) {
    switch command.prefix(4) {
    case "net-": self = .manageNetworks
    case "tap-": self = .manageTaps
    case "acl-": self = .manageAccessList
    default: return nil
    }
  }

  /// The action that a command line's first word speaks of.
  init?(word: String) {
    guard let action = Self.allCases.first(where: { $0.word == word }) else { return nil }
    self = action
  }

  /// The first word of the command line by which pkexec tells the actions of one program apart
  /// (`man 1 pkexec`, argv1): so what was allowed is known here, whatever follows.
  var word: String { "--authorized-by=\(rawValue)" }

  /// Whether the command may be run as root by whom this was allowed to.
  func covers(_ command: String) -> Bool {
    if self == .readNetworks { return Self.showing.contains(command) }
    return Self(managing: command) == self
  }

  /// The commands that change nothing.
  private static let showing = [
    "net-list", "net-info", "net-dumpxml", "net-name", "net-uuid", "net-dhcp-leases",
    "net-port-list", "doctor", "map",
  ]
}
