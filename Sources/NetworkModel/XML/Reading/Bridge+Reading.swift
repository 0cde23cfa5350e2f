internal import LinuxTypes

extension Bridge {
  /// Nil where nothing is said of a bridge that is not ours.
  static func read(_ element: XMLElement, source: String, mode: Forward.Mode?)
    throws(NetworkXMLError) -> Bridge?
  {
    let reader = try ElementReader(
      element, source: source, attributes: ["name", "zone", "stp", "delay", "macTableManager"])
    var bridge = Bridge()
    bridge.name = try reader.value(
      "name",
      "an interface name of 1 to 15 printable characters without / : % \" \\ * , # or, for any free "
        + "number, one with %d at its end"
    ) { text -> Name? in
      if text.hasSuffix("%d") {
        let prefix = String(text.dropLast(2))
        return BridgeName("\(prefix)0") == nil ? nil : .template(prefix: prefix)
      }
      return BridgeName(text).map { .name($0) }
    }
    bridge.zone = try reader.value("zone", "a name of letters, digits, '-' and '_'") { text in
      let isName = text.utf8.allSatisfy {
        switch $0 {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
          true
        default: false
        }
      }
      return isName && !text.isEmpty ? text : nil
    }
    let stp: Bool? = try reader.value("stp", "on or off") {
      switch $0 {
      case "on": true
      case "off": false
      default: nil
      }
    }
    bridge.stp = stp ?? true
    // 30 seconds is the most that the kernel takes (BR_MAX_FORWARD_DELAY).
    bridge.delay = try reader.number("delay", 0...30) ?? 0
    bridge.tableFiller = try reader.choice("macTableManager", TableFiller.self)
    bridge.foreign = reader.foreign

    guard let mode, !mode.makesBridge else { return bridge }
    if mode != .bridge, bridge.name != nil || bridge.tableFiller != nil || bridge.zone != nil {
      throw reader.error(
        .contradiction("the mode '\(mode.rawValue)' has no bridge to name or to set up"))
    }
    if stp != nil || bridge.delay != 0 || bridge.zone != nil {
      throw reader.error(
        .contradiction(
          "stp, delay and zone are for bridges that come with the network, \(ownBridgeModes), "
            + "not '\(mode.rawValue)'"))
    }
    if case .template = bridge.name {
      throw reader.error(.contradiction("a bridge that exists already has one name, without %d"))
    }
    return bridge == Bridge() ? nil : bridge
  }
}

extension Domain {
  init(_ element: XMLElement, source: String) throws(NetworkXMLError) {
    let reader = try ElementReader(
      element, source: source, attributes: ["name", "localOnly", "register"])
    self.init(
      name: try reader.required("name", HostName.rule) { HostName($0) },
      localOnly: try reader.yesOrNo("localOnly"), register: try reader.yesOrNo("register"))
    guard register != true || localOnly == true else {
      throw reader.error(.contradiction("register='yes' requires localOnly='yes'"))
    }
    foreign = reader.foreign
  }
}
