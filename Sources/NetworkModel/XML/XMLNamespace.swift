/// The namespaces that a definition's reader knows.
enum XMLNamespace {
  /// libvirt's, of options for dnsmasq. Its prefix is `dnsmasq` in what we write.
  static let dnsmasq = "http://libvirt.org/schemas/network/dnsmasq/1.0"
  /// Ours. Its prefix is `tapster` in what we write.
  static let tapster = "urn:tapster:network:1"
}
