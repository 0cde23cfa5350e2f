extension HostMap {
  /// The same with every text put through `change`.
  func mapTexts(_ change: (String) -> String) -> HostMap {
    HostMap(
      uplinks: uplinks.map {
        Uplink(
          interface: change($0.interface), families: $0.families.map(change),
          addresses: $0.addresses.map(change))
      },
      segments: segments.map { segment in
        Segment(
          network: segment.network.map(change), mode: change(segment.mode),
          subnets: segment.subnets.map(change), isRouted: segment.isRouted,
          leavesBy: segment.leavesBy.map(change), bridge: segment.bridge.map(change),
          state: segment.state, addresses: segment.addresses.map(change),
          ports: segment.ports.map { port in
            Port(
              interface: change(port.interface), kind: change(port.kind),
              owner: port.owner.map(change), isUp: port.isUp,
              guests: port.guests.map { $0.mapTexts(change) })
          },
          absent: segment.absent.map { $0.mapTexts(change) },
          forwards: segment.forwards.map {
            Forward(listening: change($0.listening), target: change($0.target))
          })
      },
      inactive: inactive.map(change))
  }
}

extension HostMap.Guest {
  fileprivate func mapTexts(_ change: (String) -> String) -> HostMap.Guest {
    HostMap.Guest(name: name.map(change), addresses: addresses.map(change), mac: mac.map(change))
  }
}
