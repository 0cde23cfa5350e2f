internal import LinuxHost
internal import LinuxTypes
internal import NetworkModel
internal import NetworkPlan

/// Where networks are kept.
enum Places {
  /// Definitions, `NAME.xml`.
  static let definitions = FilePath("/etc/tapster/networks")
  /// Links to the definitions that start with the machine.
  static let autostart = FilePath("/etc/tapster/networks/autostart")
  /// What has to go with the machine's next start; all of it ours.
  static let runtime = FilePath("/run/tapster")
  /// A directory for each network that runs.
  static let running = FilePath("/run/tapster/networks")
  /// An empty file for each network that is active.
  static let active = FilePath("/run/tapster/active")
  /// A file for each lock that somebody holds.
  static let locks = FilePath("/run/tapster/locks")
  /// What outlives a start of the machine.
  static let state = FilePath("/var/lib/tapster")
  /// Leases, `NAME.leases`.
  static let leases = FilePath("/var/lib/tapster/leases")

  /// The directories that come and go with what is in them, inner ones first.
  static let passing = [active, locks, running, runtime, leases, state]

  /// Makes those of `directories` that are not there, outer ones first, and then does `body`, which
  /// puts something into the last.
  ///
  /// Whoever ends removes the directories that are empty, maybe between two of our calls; then it
  /// is done again.
  @discardableResult
  static func inPassing<Result: ~Copyable>(
    _ directories: [FilePath], _ body: () throws(FileError) -> Result
  ) throws(FileError) -> Result {
    var attempts = 1
    while true {
      do throws(FileError) {
        for directory in directories { try Directory.makePassing(directory) }
        return try body()
      } catch {
        // So often in a row it is not another's doing.
        if error.errno != .noSuchFile || attempts == 1000 { throw error }
        attempts += 1
      }
    }
  }

  /// The definition of a network.
  static func definition(_ name: NetworkName) -> FilePath {
    definitions.appending("\(name).xml")
  }
  /// The link that has it started with the machine.
  static func autostart(_ name: NetworkName) -> FilePath {
    autostart.appending("\(name).xml")
  }
  /// The directory of a network that runs.
  static func running(_ name: NetworkName) -> FilePath { running.appending(name.text) }
  /// The file that says that a network is active.
  static func active(_ name: NetworkName) -> FilePath { active.appending(name.text) }
  /// The record of what was applied.
  static func record(_ name: NetworkName) -> FilePath { running(name).appending("applied") }
  /// The transaction that takes a network's part out of the firewall.
  static func firewallRemoval(_ name: NetworkName) -> FilePath {
    running(name).appending("firewall-removal.nft")
  }
  /// The definition as it runs.
  static func live(_ name: NetworkName) -> FilePath { running(name).appending("network.xml") }
  /// The definition as it is about to run, while that is changed.
  static func nextLive(_ name: NetworkName) -> FilePath { running(name).appending("next.xml") }
  /// The definition as it is about to be, while that and how the network runs are changed together.
  static func nextDefinition(_ name: NetworkName) -> FilePath {
    running(name).appending("next-definition.xml")
  }
  /// dnsmasq's configuration.
  static func dnsmasqConfiguration(_ name: NetworkName) -> FilePath {
    running(name).appending("dnsmasq.conf")
  }
  /// A network's leases.
  static func leases(_ name: NetworkName) -> FilePath { leases.appending("\(name).leases") }

  /// The files of a network's dnsmasq.
  static func dnsmasq(_ name: NetworkName, user: String?) -> DnsmasqFiles {
    DnsmasqFiles(
      hosts: running(name).appending("dnsmasq.hosts"),
      names: running(name).appending("dnsmasq.names"),
      process: running(name).appending("dnsmasq.pid"), leases: leases(name), user: user)
  }
}
