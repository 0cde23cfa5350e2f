internal import LinuxTypes

extension Network {
  /// The definition in XML, as libvirt writes it: two spaces a level, attributes in `'`, elements
  /// and attributes in its order.
  public var xml: String {
    var writer = XMLWriter()
    writer.element("network") { writer in
      writer.text("name", name.text)
      if let uuid { writer.text("uuid", uuid.description) }
      if let forward { forward.write(to: &writer) }
      if makesBridge {
        let bridge = bridge ?? Bridge()
        writer.empty(
          "bridge",
          [
            ("name", bridgeName?.text), ("stp", bridge.stp ? "on" : "off"),
            ("delay", String(bridge.delay)),
          ])
      }
      if let mtu { writer.empty("mtu", [("size", String(mtu))]) }
      if let mac { writer.empty("mac", [("address", mac.description)]) }
      if let domain {
        writer.empty(
          "domain",
          [("name", domain.name.text), ("localOnly", domain.localOnly.map { $0 ? "yes" : "no" })])
      }
      for block in blocks { block.write(to: &writer) }
    }
    return writer.output
  }
}

extension Forward {
  fileprivate func write(to writer: inout XMLWriter) {
    let device = interfaces.first
    let attributes = [("dev", device?.text), ("mode", mode.rawValue)]
    guard device != nil || ports != nil || addresses != nil else {
      return writer.empty("forward", attributes)
    }
    writer.element("forward", attributes) { writer in
      if ports != nil || addresses != nil {
        writer.element("nat") { writer in
          if let addresses {
            writer.empty(
              "address",
              [("start", addresses.first.description), ("end", addresses.last.description)])
          }
          if let ports {
            writer.empty("port", [("start", String(ports.first)), ("end", String(ports.last))])
          }
        }
      }
      if let device { writer.empty("interface", [("dev", device.text)]) }
    }
  }
}

extension AddressBlock {
  fileprivate func write(to writer: inout XMLWriter) {
    var attributes: [(String, String?)] = []
    let family = family == .ipv6 || namesFamily ? family.rawValue : nil
    attributes = [("family", family), ("address", address.description)]
    switch size {
    case .netmask(let mask): attributes.append(("netmask", mask.description))
    case .prefix(let length): attributes.append(("prefix", String(length)))
    case nil: break
    }
    // Never `<ip …/>`: libvirt opens and closes it, empty or not.
    writer.element("ip", attributes) { writer in
      guard let dhcp, !dhcp.ranges.isEmpty || !dhcp.hosts.isEmpty else { return }
      writer.element("dhcp") { writer in
        for range in dhcp.ranges {
          writer.leased(
            "range",
            [
              ("start", range.addresses.first.description),
              ("end", range.addresses.last.description),
            ], range.lease)
        }
        for host in dhcp.hosts {
          writer.leased(
            "host",
            [
              ("mac", host.mac?.description), ("name", host.name?.text),
              ("ip", host.address?.description),
            ], host.lease)
        }
      }
    }
  }
}

extension XMLWriter {
  fileprivate mutating func leased(
    _ name: String, _ attributes: [(String, String?)], _ lease: DHCP.Lease?
  ) {
    guard let lease else { return empty(name, attributes) }
    element(name, attributes) { writer in
      writer.empty(
        "lease",
        [("expiry", String(lease.expiry)), ("unit", (lease.unit ?? .minutes).rawValue)])
    }
  }
}
