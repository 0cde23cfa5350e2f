internal import LinuxTypes

extension AddressBlock {
  func write(to writer: inout XMLWriter) {
    let family = family == .ipv6 || namesFamily ? family.rawValue : nil
    // Never `<ip …/>`: libvirt opens and closes it, empty or not.
    writer.element(
      "ip",
      [("family", family), ("address", address.description)] + AddressBlock.attributes(of: size)
        + [("localPtr", localPtr.yesOrNo)], foreign: foreign, staysOpen: true
    ) { writer in
      if let tftpRoot {
        writer.element("tftp", [("root", tftpRoot)], foreign: foreign.inside["tftp"])
      }
      dhcp?.write(to: &writer)
    }
  }

  /// How the size of a block is written.
  fileprivate static func attributes(of size: Size?) -> [(String, String?)] {
    switch size {
    case .netmask(let mask): [("netmask", mask.description)]
    case .prefix(let length): [("prefix", String(length))]
    case nil: []
    }
  }
}

extension AutomaticBlock {
  func write(to writer: inout XMLWriter) {
    writer.element("ip", [("tapster:auto", "yes")], foreign: foreign, staysOpen: true) { writer in
      if givesOutAddresses {
        writer.element("dhcp", foreign: foreign.inside["dhcp"])
      }
    }
  }
}

extension StaticRoute {
  func write(to writer: inout XMLWriter) {
    let family = address.family == .ipv6 || namesFamily ? address.family.rawValue : nil
    writer.element(
      "route",
      [("family", family), ("address", address.description)] + AddressBlock.attributes(of: size)
        + [("gateway", gateway.description), ("metric", metric.map { String($0) })],
      foreign: foreign)
  }
}

extension DHCP {
  fileprivate func write(to writer: inout XMLWriter) {
    guard self != DHCP() else { return }
    writer.element("dhcp", foreign: foreign) { writer in
      for range in ranges {
        writer.element(
          "range",
          [
            ("start", range.addresses.first.description),
            ("end", range.addresses.last.description),
          ], foreign: range.foreign
        ) { range.lease?.write(to: &$0) }
      }
      for host in hosts {
        writer.element(
          "host",
          [
            ("mac", host.mac?.description), ("id", host.id), ("name", host.name?.text),
            ("ip", host.address?.description),
          ], foreign: host.foreign
        ) { host.lease?.write(to: &$0) }
      }
      if let boot {
        writer.element(
          "bootp", [("file", boot.file), ("server", boot.server)], foreign: boot.foreign)
      }
    }
  }
}

extension DHCP.Lease {
  fileprivate func write(to writer: inout XMLWriter) {
    writer.element(
      "lease",
      [
        ("expiry", String(expiry)),
        ("unit", expiry == 0 ? nil : (unit ?? .minutes).rawValue),
      ], foreign: foreign)
  }
}
