internal import LinuxTypes

extension Network {
  /// The definition in XML, as libvirt writes it: two spaces a level, attributes in `'`, elements
  /// and attributes in its order.
  public var xml: String { xml() }

  /// As ``xml``, with how many guests are plugged in, which libvirt says of a running network; 0 is
  /// not said.
  public func xml(connections: Int = 0) -> String {
    var writer = XMLWriter()
    let isOurs = incoming != nil || outgoing != nil || !automaticBlocks.isEmpty
    writer.element(
      "network",
      [
        (
          "xmlns:dnsmasq",
          dnsmasqOptions.isEmpty && inside("dnsmasq:options") == nil
            ? nil : XMLNamespace.dnsmasq
        ),
        ("xmlns:tapster", isOurs ? XMLNamespace.tapster : nil),
        ("connections", connections > 0 ? String(connections) : nil),
        ("ipv6", allowsIPv6.yesOrNo), ("trustGuestRxFilters", trustsReceiveFilters.yesOrNo),
      ], foreign: foreign
    ) { writer in
      writeDescription(to: &writer)
      forward?.write(to: &writer)
      writeBridge(to: &writer)
      domain?.write(to: &writer)
      dns?.write(to: &writer)
      vlan?.write(to: &writer)
      bandwidth?.write(to: &writer)
      if isolatesPorts != nil || inside("port") != nil {
        writer.element("port", [("isolated", isolatesPorts.yesOrNo)], foreign: inside("port"))
      }
      for block in blocks { block.write(to: &writer) }
      for block in automaticBlocks { block.write(to: &writer) }
      for route in routes { route.write(to: &writer) }
      virtualPort?.write(to: &writer)
      for group in portGroups { group.write(to: &writer) }
      incoming?.write(to: &writer)
      outgoing?.write(to: &writer)
      writeOptions(to: &writer)
    }
    return writer.output
  }

  private func inside(_ name: String) -> ForeignContent? { foreign.inside[name] }

  private func writeDescription(to writer: inout XMLWriter) {
    writer.text("name", name.text, foreign: inside("name"))
    if let uuid { writer.text("uuid", uuid.description, foreign: inside("uuid")) }
    if title != nil || inside("title") != nil {
      writer.text("title", title ?? "", foreign: inside("title"))
    }
    if description != nil || inside("description") != nil {
      writer.text("description", description ?? "", foreign: inside("description"))
    }
    guard !metadata.isEmpty else { return }
    writer.element("metadata") { writer in
      for element in metadata { writer.write(element) }
    }
  }

  private func writeBridge(to writer: inout XMLWriter) {
    let bridge = bridge ?? (makesBridge ? Bridge() : nil)
    bridge?.write(to: &writer, isOurs: makesBridge)
    if let mtu { writer.element("mtu", [("size", String(mtu))], foreign: inside("mtu")) }
    if let mac {
      writer.element("mac", [("address", mac.description)], foreign: inside("mac"))
    }
  }

  private func writeOptions(to writer: inout XMLWriter) {
    let foreign = inside("dnsmasq:options")
    guard !dnsmasqOptions.isEmpty || foreign != nil else { return }
    writer.element("dnsmasq:options", foreign: foreign) { writer in
      for option in dnsmasqOptions { writer.element("dnsmasq:option", [("value", option)]) }
    }
  }
}

extension Bool? {
  /// `yes`, `no`, or nothing.
  var yesOrNo: String? { map { $0 ? "yes" : "no" } }
}

extension Bridge {
  fileprivate func write(to writer: inout XMLWriter, isOurs: Bool) {
    let name: String? =
      switch self.name {
      case .name(let name): name.text
      case .template(let prefix): "\(prefix)%d"
      case nil: nil
      }
    writer.element(
      "bridge",
      [
        ("name", name), ("zone", zone), ("stp", isOurs ? (stp ? "on" : "off") : nil),
        ("delay", isOurs ? String(delay) : nil), ("macTableManager", tableFiller?.rawValue),
      ], foreign: foreign)
  }
}

extension Domain {
  fileprivate func write(to writer: inout XMLWriter) {
    writer.element(
      "domain",
      [
        ("name", name.text), ("localOnly", localOnly.yesOrNo), ("register", register.yesOrNo),
      ], foreign: foreign)
  }
}
