internal import LinuxHost
internal import LinuxNetworking
internal import LinuxTypes
public import NetworkModel
internal import RouteNetlink

/// The networks that are defined: a file each (`/etc/tapster/networks`).
public enum Definitions {
  /// The names of all, sorted.
  public static func names() throws(EngineError) -> [NetworkName] {
    try files { () throws(FileError) in try Directory.names(Places.definitions) }
      .compactMap { $0.hasSuffix(".xml") ? NetworkName(String($0.dropLast(4))) : nil }
      .sorted()
  }

  /// The network of that name, completed; nil if none is defined.
  public static func network(_ name: NetworkName) throws(EngineError) -> Network? {
    try read(Places.definition(name))
  }

  /// Reads a definition and settles what it leaves open: a file that an administrator put there may
  /// have no UUID and no MAC address, and gets the same ones every time on this machine, and others
  /// on another.
  static func read(_ path: FilePath) throws(EngineError) -> Network? {
    guard let bytes = try files({ () throws(FileError) in try File.read(path) }) else { return nil }
    let network = try parse(bytes, source: path.description)
    if network.uuid != nil, network.mac != nil, network.bridgeName != nil { return network }
    let machine =
      try files { () throws(FileError) in try File.read(FilePath("/etc/machine-id")) } ?? []
    let uuid = network.uuid ?? UUID(derivedFrom: machine + Array(network.name.text.utf8))
    let named = network.bridgeName
    let bridge = if let named { named } else { try freeBridge(besides: network.name) }
    return network.completed(uuid: uuid, mac: mac(tail: uuid.bytes[9...11]), bridge: bridge)
  }

  /// Defines the network that `bytes` describe, or defines it anew. `source` is what errors call
  /// them.
  public static func define(_ bytes: [UInt8], source: String) throws(EngineError) -> Network {
    let given = try parse(bytes, source: source)
    let lock = try Lock.definitions()
    let result = Result { () throws(EngineError) in try define(given) }
    try Lock.release(lock)
    try Lock.tidy()
    return try result.get()
  }

  private static func define(_ given: Network) throws(EngineError) -> Network {
    var bridges: Set<String> = []
    for name in try names() {
      guard let other = try network(name), let uuid = other.uuid else { continue }
      if name == given.name {
        if given.uuid != uuid { throw .nameTaken(name, uuid) }
        continue
      }
      if given.uuid == uuid { throw .uuidTaken(uuid, name) }
      if let bridge = other.bridgeName {
        if given.bridgeName == bridge { throw .bridgeTaken(bridge, name) }
        bridges.insert(bridge.text)
      }
    }
    guard let uuid = UUID(random: try random(16)) else { throw .noSuchNetwork(given.name.text) }
    let named = given.bridgeName
    let bridge = if let named { named } else { try freeBridge(besides: given.name) }
    let network = given.completed(
      uuid: uuid, mac: mac(tail: try random(3)[...]), bridge: bridge)
    try files { () throws(FileError) in
      try Directory.make(Places.definitions.parent)
      try Directory.make(Places.definitions)
      try File.replace(
        Places.definition(network.name), with: Array(network.xml.utf8), mode: 0o644)
    }
    return network
  }

  /// Forgets a definition. The network goes on running if it runs.
  public static func undefine(_ name: NetworkName) throws(EngineError) {
    try files { () throws(FileError) in
      try File.remove(Places.autostart(name))
      try File.remove(Places.definition(name))
    }
  }

  /// Whether the network starts with the machine.
  public static func isAutostarted(_ name: NetworkName) -> Bool {
    File.exists(Places.autostart(name))
  }

  /// Has the network start with the machine, or not.
  public static func autostart(_ name: NetworkName, _ isOn: Bool) throws(EngineError) {
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

  /// The first of virbr0, virbr1, … that no definition and no interface has.
  private static func freeBridge(besides name: NetworkName) throws(EngineError) -> BridgeName {
    var taken: Set<String> = []
    for other in try names() where other != name {
      guard
        let bytes = try files({ () throws(FileError) in try File.read(Places.definition(other)) })
      else { continue }
      if let bridge = try parse(bytes, source: "\(other)").bridgeName { taken.insert(bridge.text) }
    }
    let connection = try routes { () throws(RouteError) in try RouteConnection.open() }
    var number = 0
    while true {
      guard let bridge = BridgeName("virbr\(number)") else { throw .noSuchNetwork(name.text) }
      let link = try routes { () throws(RouteError) in try connection.link(bridge.interface) }
      if !taken.contains(bridge.text), link == nil { return bridge }
      number += 1
    }
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
