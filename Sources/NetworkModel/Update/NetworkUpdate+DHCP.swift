internal import LinuxTypes

extension NetworkUpdate {
  func updateDHCPHost(_ network: inout Network) throws(NetworkUpdateError) {
    let position = try blockPosition(in: network)
    let block = network.blocks[position]
    let host = try read("host", of: network) { () throws(NetworkXMLError) in
      try DHCP.Host(element, of: block, source: source, isPartial: command == .delete)
    }
    var dhcp = block.dhcp ?? DHCP()
    switch command {
    case .modify:
      guard let found = dhcp.hosts.firstIndex(where: { host.isLike($0) }) else {
        throw invalid(
          "couldn't locate an existing dhcp host entry with \"mac='\(text(host.mac))'\" "
            + "\"name='\(text(host.name, "(null)"))'\" \"ip='\(text(host.address))'\" in network "
            + "'\(network.name)'")
      }
      dhcp.hosts[found] = host
    case .add, .addFirst:
      try checkOnlyDHCP(position, of: network)
      guard !dhcp.hosts.contains(where: { host.isLike($0) }) else {
        throw invalid(
          "there is an existing dhcp host entry in network '\(network.name)' that matches "
            + "\"<host mac='\(text(host.mac))' name='\(text(host.name, "(null)"))' "
            + "ip='\(text(host.address))'/>\"")
      }
      add(host, to: &dhcp.hosts)
    case .delete:
      // An entry without a MAC address fits any that is asked for, as in libvirt.
      let found = dhcp.hosts.firstIndex { entry in
        (host.mac == nil || entry.mac == nil || host.mac == entry.mac)
          && (host.name == nil || host.name == entry.name)
          && (host.address == nil || host.address == entry.address)
      }
      guard let found else {
        throw invalid("couldn't locate a matching dhcp host entry in network '\(network.name)'")
      }
      dhcp.hosts.remove(at: found)
    }
    network.blocks[position].dhcp = dhcp == DHCP() ? nil : dhcp
  }

  func updateDHCPRange(_ network: inout Network) throws(NetworkUpdateError) {
    let position = try blockPosition(in: network)
    guard command != .modify else {
      throw unsupported("dhcp ranges cannot be modified, only added or deleted")
    }
    let block = network.blocks[position]
    let range = try read("range", of: network) { () throws(NetworkXMLError) in
      try DHCP.Range(element, of: block, source: source)
    }
    var dhcp = block.dhcp ?? DHCP()
    let found = dhcp.ranges.firstIndex { $0.addresses == range.addresses }
    if isAddition {
      try checkOnlyDHCP(position, of: network)
      guard found == nil else {
        throw invalid(
          "there is an existing dhcp range entry in network '\(network.name)' that matches "
            + "\"<range start='\(range.addresses.first)' end='\(range.addresses.last)'/>\"")
      }
      add(range, to: &dhcp.ranges)
    } else {
      guard let found else {
        throw invalid("couldn't locate a matching dhcp range entry in network '\(network.name)'")
      }
      dhcp.ranges.remove(at: found)
    }
    network.blocks[position].dhcp = dhcp == DHCP() ? nil : dhcp
  }

  /// Which block is meant: the one asked for, the one that has DHCP, or the first, of IPv4 if there
  /// is one.
  private func blockPosition(in network: Network) throws(NetworkUpdateError) -> Int {
    if let parentIndex, parentIndex >= 0 {
      guard network.blocks.indices.contains(parentIndex) else {
        throw invalid(
          "couldn't update dhcp host entry - no <ip> element found at index \(parentIndex) in "
            + "network '\(network.name)'")
      }
      return parentIndex
    }
    let position =
      network.blocks.firstIndex { $0.givesOutAddresses }
      ?? network.blocks.firstIndex { $0.family == .ipv4 } ?? network.blocks.indices.first
    guard let position else {
      throw invalid(
        "couldn't update dhcp host entry - no <ip> element found in network '\(network.name)'")
    }
    return position
  }

  private func checkOnlyDHCP(_ position: Int, of network: Network) throws(NetworkUpdateError) {
    let family = network.blocks[position].family
    for (other, block) in network.blocks.enumerated()
    where other != position && block.family == family && block.givesOutAddresses {
      throw invalid(
        "dhcp is supported only for a single \(family.name) address on each network")
    }
  }

  private func text(_ value: (some CustomStringConvertible)?, _ nothing: String = "unknown")
    -> String
  {
    value.map { "\($0)" } ?? nothing
  }
}

extension DHCP.Host {
  /// Whether one of the things that name a host is the same.
  fileprivate func isLike(_ other: DHCP.Host) -> Bool {
    (mac != nil && mac == other.mac) || (name != nil && name == other.name)
      || (address != nil && address == other.address)
  }
}

extension AddressBlock {
  /// Whether DHCP has anything to give there.
  fileprivate var givesOutAddresses: Bool {
    dhcp.map { !$0.ranges.isEmpty || !$0.hosts.isEmpty } ?? false
  }
}
