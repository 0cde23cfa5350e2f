internal import LinuxHost
internal import LinuxTypes
internal import NetworkModel

/// Which networks are active: an empty file for each (`/run/tapster/active`).
///
/// To make it is a start's last step, to remove it a stop's first. What is there of a network
/// without such a file is of a start or a stop that did not come to its end.
enum ActiveNetworks {
  /// The names of all, sorted.
  static func names() throws(EngineError) -> [NetworkName] {
    try files { () throws(FileError) in try Directory.names(Places.active) }
      .compactMap { NetworkName($0) }
  }

  /// Whether that one is.
  static func contains(_ name: NetworkName) -> Bool { File.exists(Places.active(name)) }

  /// From now on it is.
  static func insert(_ name: NetworkName) throws(EngineError) {
    try files { () throws(FileError) in
      try Places.inPassing([Places.runtime, Places.active]) { () throws(FileError) in
        try File.make(Places.active(name))
      }
    }
  }

  /// From now on it is not.
  static func remove(_ name: NetworkName) throws(EngineError) {
    _ = try files { () throws(FileError) in try File.remove(Places.active(name)) }
  }
}
