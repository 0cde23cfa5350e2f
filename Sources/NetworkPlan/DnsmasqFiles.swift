public import LinuxTypes

/// Where the files of one network's dnsmasq are.
public struct DnsmasqFiles: Equatable, Sendable {
  /// Hosts with an address of their own (`--dhcp-hostsfile`).
  public var hosts: FilePath
  /// Names for addresses (`--addn-hosts`).
  public var names: FilePath
  /// Where it writes its number; nil to leave that out.
  public var process: FilePath?
  /// Where it keeps leases; nil for its own place.
  public var leases: FilePath?
  /// Whom it turns into once it has its sockets; nil for its own choice.
  public var user: String?

  /// Takes the paths.
  public init(
    hosts: FilePath, names: FilePath, process: FilePath?, leases: FilePath?, user: String?
  ) {
    self.hosts = hosts
    self.names = names
    self.process = process
    self.leases = leases
    self.user = user
  }
}
