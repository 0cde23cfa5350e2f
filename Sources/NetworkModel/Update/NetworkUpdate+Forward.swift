extension NetworkUpdate {
  func updateForwardInterface(_ network: inout Network) throws(NetworkUpdateError) {
    guard command != .modify else {
      throw unsupported("forward interface entries cannot be modified, only added or deleted")
    }
    let (name, foreign) = try read("interface", of: network) { () throws(NetworkXMLError) in
      let reader = try ElementReader(
        element, source: source, attributes: ["dev", "connections"])
      return (
        try reader.required("dev", "the name of an interface") { BridgeName($0) }, reader.foreign
      )
    }
    let device = Forward.Device.interface(name)
    let found = network.forward?.devices.firstIndex(of: device)
    if isAddition {
      guard found == nil else {
        throw invalid(
          "there is an existing interface entry in network '\(network.name)' that matches "
            + "\"<interface dev='\(name)'>\"")
      }
      // libvirt takes it and forgets it when it writes the network.
      guard network.forward != nil else {
        throw invalid(
          "network '\(network.name)' is isolated and has no <forward> that an interface could be in"
        )
      }
      network.forward.change { forward in
        add(device, to: &forward.devices)
        if !foreign.isEmpty { forward.foreign.inside[Forward.foreignKey(device)] = foreign }
      }
    } else {
      guard let found else {
        throw invalid(
          "couldn't find an interface entry in network '\(network.name)' matching "
            + "<interface dev='\(name)'>")
      }
      network.forward.change { forward in
        forward.devices.remove(at: found)
        forward.foreign.inside[Forward.foreignKey(device)] = nil
      }
    }
  }

  func updatePortGroup(_ network: inout Network) throws(NetworkUpdateError) {
    let group = try read("portgroup", of: network) { () throws(NetworkXMLError) in
      try PortGroup(element, source: source)
    }
    let found = network.portGroups.firstIndex { $0.name == group.name }
    if found == nil, !isAddition {
      throw invalid(
        "couldn't find a portgroup entry in network '\(network.name)' matching "
          + "<portgroup name='\(group.name)'>")
    }
    if found != nil, isAddition {
      throw invalid(
        "there is an existing portgroup entry in network '\(network.name)' that matches "
          + "\"<portgroup name='\(group.name)'>\"")
    }
    if command != .delete, group.isDefault == true,
      let other = network.portGroups.firstIndex(where: { $0.isDefault == true }), other != found
    {
      throw invalid(
        "a different portgroup entry in network '\(network.name)' is already set as the default. "
          + "Only one default is allowed.")
    }
    guard let found else { return add(group, to: &network.portGroups) }
    if command == .modify {
      network.portGroups[found] = group
    } else {
      network.portGroups.remove(at: found)
    }
  }
}

extension Optional {
  /// Changes what is there, if anything is.
  fileprivate mutating func change(_ change: (inout Wrapped) -> Void) {
    guard var value = self else { return }
    change(&value)
    self = value
  }
}
