public import LinuxTypes

/// The name of the bridge of a network: an interface's name that can stand, as it is, in a firewall
/// rule and a configuration of dnsmasq. Printable ASCII without `"`, `\`, `*`, `,` and `#`.
public struct BridgeName: Equatable, Hashable, Sendable {
  /// The name.
  public let interface: InterfaceName

  /// Takes `text` as a name, or returns nil if the rule above forbids it.
  public init?(_ text: String) {
    guard let interface = InterfaceName(text) else { return nil }
    for byte in interface.bytes {
      guard (0x21...0x7E).contains(byte), !"\"\\*,#".utf8.contains(byte) else { return nil }
    }
    self.interface = interface
  }

  /// The name as text.
  public var text: String { String(decoding: interface.bytes, as: UTF8.self) }
}

extension BridgeName: CustomStringConvertible {
  /// The name.
  public var description: String { text }
}
