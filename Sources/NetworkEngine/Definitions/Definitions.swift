internal import LinuxHost
internal import LinuxNetworking
internal import LinuxTypes
public import NetworkModel
internal import RouteNetlink

/// The networks that are defined: a file each (`/etc/tapster/networks`).
public enum Definitions {
  /// The names of all, sorted.
  public static func names() throws(EngineError) -> [NetworkName] {
    try names(in: Places.definitions)
  }

  /// The networks whose files, called `NAME.xml`, are in a directory.
  static func names(in directory: FilePath) throws(EngineError) -> [NetworkName] {
    try files { () throws(FileError) in try Directory.names(directory) }
      .compactMap { $0.hasSuffix(".xml") ? NetworkName(String($0.dropLast(4))) : nil }
      .sorted()
  }

  /// The network of that name, completed; nil if none is defined.
  public static func network(_ name: NetworkName) throws(EngineError) -> Network? {
    guard let network = try given(name) else { return nil }
    return try completed(network)
  }

  /// The network of that name as it runs; nil if that is not noted.
  static func live(_ name: NetworkName) throws(EngineError) -> Network? {
    try read(Places.live(name), of: name)
  }

  /// The network of that name, about to be started: what its definition leaves open for more than a
  /// start, an administrator having written it, stays as it is chosen now.
  static func settled(_ name: NetworkName) throws(EngineError) -> Network? {
    guard let found = try given(name) else { return nil }
    if !found.leavesOpen { return try completed(found) }
    return try Lock.hold(try Lock.definitions()) { _ throws(EngineError) in
      guard let given = try given(name) else { return nil }
      var network = try completed(given)
      try FreeBlock.settle(&network, besides: try blocks(besides: name))
      if given.leavesOpen { try write(network) }
      return network
    }
  }

  /// Defines the network that `bytes` describe, or defines it anew. `source` is what errors call
  /// them.
  ///
  /// One that runs goes on as it is, until its next start. With `isNew`, throws
  /// ``EngineError/changedMeanwhile`` if there is a definition of that name.
  public static func define(
    _ bytes: [UInt8], source: String, isNew: Bool = false
  ) throws(EngineError) -> Network {
    let given = try parse(bytes, source: source)
    return try Lock.tidying { () throws(EngineError) in
      try Lock.hold(try Lock.definitions()) { _ throws(EngineError) in
        if isNew, isDefined(given.name) { throw .changedMeanwhile }
        let network = try unique(given)
        try write(network)
        try ChangeJournal.forgetDefinition(network.name)
        return network
      }
    }
  }

  /// The network with what it leaves open settled. Throws if another network has its name, its
  /// UUID or its bridge. Needs the lock of the definitions.
  static func unique(_ given: Network) throws(EngineError) -> Network {
    var bridges: Set<String> = []
    for name in Set(try names()).union(try ActiveNetworks.names()).sorted() {
      let known = [
        try network(name), ActiveNetworks.contains(name) ? try live(name) : nil,
      ].compactMap { $0 }
      for other in known {
        guard let uuid = other.uuid else { continue }
        if name == given.name {
          if given.uuid != uuid { throw .nameTaken(name, uuid) }
          continue
        }
        if given.uuid == uuid { throw .uuidTaken(uuid, name) }
        if let bridge = other.bridgeName {
          if given.makesBridge, given.bridgeName == bridge { throw .bridgeTaken(bridge, name) }
          bridges.insert(bridge.text)
        }
      }
    }
    guard let uuid = UUID(random: try random(16)) else { preconditionFailure("not 16 bytes") }
    var network = try given.completed(
      uuid: uuid, mac: mac(tail: try random(3)[...]),
      bridge: { prefix throws(EngineError) in try freeBridge(prefix, besides: bridges) })
    if !network.automaticBlocks.isEmpty {
      try FreeBlock.settle(&network, besides: try blocks(besides: network.name))
    }
    return network
  }

  /// The blocks of all networks but one.
  private static func blocks(besides name: NetworkName) throws(EngineError) -> [IPNetwork] {
    var blocks: [IPNetwork] = []
    for other in try names() where other != name {
      blocks += try given(other)?.blocks.compactMap(\.network) ?? []
    }
    return blocks
  }

  /// Makes a network the definition of its name.
  static func write(_ network: Network) throws(EngineError) {
    try files { () throws(FileError) in
      try Directory.make(Places.definitions.parent)
      try Directory.make(Places.definitions)
      let path = Places.definition(network.name)
      // Whom an administrator keeps from reading it is kept from it.
      let mode = File.exists(path) ? try FileReplacement.Rights.of(path).mode & 0o666 : 0o644
      try File.replace(path, with: Array(network.xml.utf8), mode: mode)
    }
  }

  /// Forgets a definition. A network that runs goes on, and is forgotten when it stops.
  public static func undefine(_ name: NetworkName) throws(EngineError) {
    try Lock.tidying { () throws(EngineError) in
      try Lock.hold(try Lock.definitions()) { _ throws(EngineError) in
        guard File.exists(Places.definition(name)) else { throw .undefiningTransient }
        try files { () throws(FileError) in
          try File.remove(Places.autostart(name))
          try File.remove(Places.definition(name))
        }
        try ChangeJournal.forgetDefinition(name)
      }
    }
  }

  /// Whether the network is defined.
  public static func isDefined(_ name: NetworkName) -> Bool {
    File.exists(Places.definition(name))
  }

  /// Whether the network starts with the machine.
  public static func isAutostarted(_ name: NetworkName) -> Bool {
    File.exists(Places.autostart(name))
  }

  /// Has the network start with the machine, or not.
  public static func autostart(_ name: NetworkName, _ isOn: Bool) throws(EngineError) {
    if isOn, !File.exists(Places.definition(name)) { throw .transient(name) }
    try files { () throws(FileError) in
      if isOn {
        try Directory.make(Places.autostart)
        try File.link(Places.autostart(name), to: Places.definition(name))
      } else {
        try File.remove(Places.autostart(name))
      }
    }
  }

  static func parse(_ bytes: [UInt8], source: String) throws(EngineError) -> Network {
    do throws(NetworkXMLError) { return try Network(xml: bytes, source: source) } catch {
      throw .definition(error)
    }
  }

  /// The definition of that name as it is in its file.
  private static func given(_ name: NetworkName) throws(EngineError) -> Network? {
    try read(Places.definition(name), of: name)
  }

  private static func read(_ path: FilePath, of name: NetworkName) throws(EngineError) -> Network? {
    guard let bytes = try files({ () throws(FileError) in try File.read(path) }) else { return nil }
    let network = try parse(bytes, source: path.description)
    guard network.name == name else { throw .misnamed(path, network.name) }
    return network
  }

  /// Settles what a definition leaves open: a file that an administrator put there may have no UUID
  /// and no MAC address, and gets the same ones every time on this machine, and others on another.
  private static func completed(_ given: Network) throws(EngineError) -> Network {
    if given.uuid != nil, !given.makesBridge || given.mac != nil, !given.leavesBridgeOpen {
      return given
    }
    let machine =
      try files { () throws(FileError) in try File.read(FilePath("/etc/machine-id")) } ?? []
    let uuid = given.uuid ?? UUID(derivedFrom: machine + Array(given.name.text.utf8))
    return try given.completed(uuid: uuid, mac: mac(tail: uuid.bytes[9...11])) {
      prefix throws(EngineError) in
      var taken: Set<String> = []
      for other in try names() where other != given.name {
        if let bridge = try self.given(other)?.bridgeName { taken.insert(bridge.text) }
      }
      return try freeBridge(prefix, besides: taken)
    }
  }

  /// The first of PREFIX0, PREFIX1, … that is neither `taken` nor an interface's.
  private static func freeBridge(
    _ prefix: String, besides taken: Set<String>
  ) throws(EngineError) -> BridgeName {
    let connection = try routes { () throws(RouteError) in try RouteConnection.open() }
    var number = 0
    while let bridge = BridgeName("\(prefix)\(number)") {
      number += 1
      if taken.contains(bridge.text) { continue }
      let link = try routes { () throws(RouteError) in try connection.link(bridge.interface) }
      if link == nil { return bridge }
    }
    throw .noBridgeNameLeft(prefix)
  }

  /// QEMU's range of addresses, 52:54:00, with these last three bytes.
  private static func mac(tail: ArraySlice<UInt8>) -> MACAddress {
    guard let mac = MACAddress(bytes: [0x52, 0x54, 0x00] + tail) else {
      preconditionFailure("not three bytes")
    }
    return mac
  }

  private static func random(_ count: Int) throws(EngineError) -> [UInt8] {
    do throws(Errno) { return try RandomBytes.make(count) } catch {
      throw .file(FileError("read", FilePath("/dev/urandom"), error))
    }
  }
}

extension Network {
  /// Whether something is still to be chosen that then stays.
  fileprivate var leavesOpen: Bool { leavesBridgeOpen || !automaticBlocks.isEmpty }

  /// Whether its bridge is still to get a name.
  fileprivate var leavesBridgeOpen: Bool { makesBridge && bridgeName == nil }

  /// The same with what was left open settled; `freeBridge` is asked for a name that begins with
  /// what it is given.
  fileprivate func completed(
    uuid: UUID, mac: MACAddress, bridge freeBridge: (String) throws(EngineError) -> BridgeName
  ) throws(EngineError) -> Network {
    var network = self
    if leavesBridgeOpen {
      var bridge = bridge ?? Bridge()
      var prefix = "virbr"
      if case .template(let given) = bridge.name { prefix = given }
      bridge.name = .name(try freeBridge(prefix))
      network.bridge = bridge
    }
    // The name is there, where one is needed.
    guard let name = network.bridgeName ?? BridgeName("virbr0") else { return network }
    return network.completed(uuid: uuid, mac: mac, bridge: name)
  }
}
