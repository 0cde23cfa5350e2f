extension NetworkUpdate {
  func updateDNSHost(_ network: inout Network) throws(NetworkUpdateError) {
    let pattern = try read("host", of: network) { () throws(NetworkXMLError) in
      try HostPattern(element, source: source, isPartial: command == .delete)
    }
    var dns = network.dns ?? DNS()
    // Many addresses may have one name, so an addition is alike by its address only.
    let found = dns.hosts.indices.filter { position in
      let host = dns.hosts[position]
      if let address = pattern.address, address == host.address { return true }
      return command == .delete && pattern.names.contains { host.names.contains($0) }
    }
    switch command {
    case .add, .addFirst:
      guard found.isEmpty else {
        throw invalid(
          "there is already at least one DNS HOST record with a matching field in network "
            + "\(network.name)")
      }
      if let host = pattern.host { add(host, to: &dns.hosts) }
    case .delete:
      dns.hosts.remove(at: try only(found, "DNS HOST", of: network))
    case .modify:
      guard let position = found.first else { throw notFound("DNS HOST", in: network) }
      if let host = pattern.host { dns.hosts[position] = host }
    }
    network.dns = dns == DNS() ? nil : dns
  }

  func updateDNSText(_ network: inout Network) throws(NetworkUpdateError) {
    let pattern = try read("txt", of: network) { () throws(NetworkXMLError) in
      try TextPattern(element, source: source, isPartial: command == .delete)
    }
    var dns = network.dns ?? DNS()
    let found = dns.texts.firstIndex { $0.name == pattern.name }
    switch command {
    case .add, .addFirst:
      guard found == nil else {
        throw invalid(
          "there is already a DNS TXT record with name '\(pattern.name)' in network \(network.name)"
        )
      }
      if let text = pattern.text { add(text, to: &dns.texts) }
    case .delete:
      guard let found else { throw notFound("DNS TXT", in: network) }
      dns.texts.remove(at: found)
    case .modify:
      guard let found else { throw notFound("DNS TXT", in: network) }
      if let text = pattern.text { dns.texts[found] = text }
    }
    network.dns = dns == DNS() ? nil : dns
  }

  func updateDNSService(_ network: inout Network) throws(NetworkUpdateError) {
    let pattern = try read("srv", of: network) { () throws(NetworkXMLError) in
      try ServicePattern(element, source: source, isPartial: command == .delete)
    }
    var dns = network.dns ?? DNS()
    let found = dns.services.indices.filter { pattern.matches(dns.services[$0]) }
    switch command {
    case .add, .addFirst:
      guard found.isEmpty else {
        throw invalid(
          "there is already at least one DNS SRV record matching all specified fields in network "
            + "\(network.name)")
      }
      if let record = pattern.record { add(record, to: &dns.services) }
    case .delete:
      dns.services.remove(at: try only(found, "DNS SRV", of: network))
    case .modify:
      let position = try only(found, "DNS SRV", of: network)
      if let record = pattern.record { dns.services[position] = record }
    }
    network.dns = dns == DNS() ? nil : dns
  }

  /// The only one of the entries found.
  private func only(_ found: [Int], _ kind: String, of network: Network)
    throws(NetworkUpdateError) -> Int
  {
    guard let first = found.first else { throw notFound(kind, in: network) }
    guard found.count == 1 else {
      throw invalid(
        kind == "DNS SRV"
          ? "multiple DNS SRV records matching all specified fields were found in network "
            + "\(network.name)"
          : "multiple matching \(kind) records were found in network \(network.name)")
    }
    return first
  }

  private func notFound(_ kind: String, in network: Network) -> NetworkUpdateError {
    invalid("couldn't locate a matching \(kind) record in network \(network.name)")
  }
}
