internal import LinuxTypes
internal import NetworkModel

extension Plan {
  /// Something that a definition asks for and that is another's to do.
  public struct Remark: Equatable, Sendable {
    /// What it is, in words of one line.
    public let words: String
    /// The one command or line that does it.
    public let advice: String
  }

  /// What of the definition is left to others, for whoever starts the network.
  public var remarks: [Remark] {
    var remarks: [Remark] = []
    if let registration {
      let bridge = ShellWord.quote(registration.bridge.text)
      let domain = registration.domain
      let servers = registration.servers.map(\.description).joined(separator: " ")
      remarks.append(
        Remark(
          words: "systemd-resolved is not told of domain '\(domain)' (<domain register='yes'/>)",
          advice: "resolvectl dns \(bridge) \(servers)"
            + " && resolvectl domain \(bridge) \(ShellWord.quote("~\(domain)"))"))
    }
    return remarks
  }
}
