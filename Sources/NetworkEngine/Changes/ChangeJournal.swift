internal import LinuxHost
internal import LinuxTypes
internal import NetworkModel

/// What tells whoever comes after a change of a running network that was killed how to bring it to
/// an end.
///
/// The network as it is to run, and as it is to be defined if that changes too, are written beside
/// the ones that count before anything is done; once all of it is done, the first replaces the live
/// one, which settles the change; then the second follows. A change that is not settled is undone.
enum ChangeJournal {
  /// Begins a change.
  static func begin(live: Network, definition: Network?) throws(EngineError) {
    let name = live.name
    try files { () throws(FileError) in
      if let definition {
        try File.replace(Places.nextDefinition(name), with: Array(definition.xml.utf8))
      }
      try File.replace(Places.nextLive(name), with: Array(live.xml.utf8))
    }
  }

  /// Forgets a change that was brought to its end, or undone.
  static func end(_ name: NetworkName) throws(EngineError) {
    try files { () throws(FileError) in
      try File.remove(Places.nextLive(name))
      try File.remove(Places.nextDefinition(name))
    }
  }

  /// Forgets the half of a killed change that is about the definition, since that was defined anew
  /// or undefined meanwhile. Needs the lock of the definitions.
  static func forgetDefinition(_ name: NetworkName) throws(EngineError) {
    try files { () throws(FileError) in try File.remove(Places.nextDefinition(name)) }
  }

  private static func settleDefinition(_ name: NetworkName) throws(EngineError) {
    let path = Places.nextDefinition(name)
    guard let bytes = try files({ () throws(FileError) in try File.read(path) }) else { return }
    try Definitions.write(try Definitions.parse(bytes, source: path.description))
  }

  /// Brings a change that was killed to an end. Needs the network's lock, of which `lock` is the
  /// descriptor. Returns whether there was one.
  @discardableResult
  static func settle(_ name: NetworkName, _ lock: Int32) throws(EngineError) -> Bool {
    let next = try files { () throws(FileError) in try File.read(Places.nextLive(name)) }
    guard let next else {
      // One that had not begun.
      try files { () throws(FileError) in try File.remove(Places.nextDefinition(name)) }
      return false
    }
    let live = try files { () throws(FileError) in try File.read(Places.live(name)) }
    if live == next {
      try Lock.hold(try Lock.definitions()) { _ throws(EngineError) in try settleDefinition(name) }
    } else if let network = try Definitions.live(name) {
      try LiveChange.restore(network, lock)
    }
    try end(name)
    return true
  }
}
