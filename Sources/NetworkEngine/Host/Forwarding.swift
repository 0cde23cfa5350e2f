internal import LinuxHost
internal import LinuxTypes
internal import NetworkModel
internal import RouteNetlink

/// The host's switch for forwarding, one for each version of IP.
///
/// It is changed under the lock of ``SharedState``, and whoever needs it says so in its record
/// before, so that the last one to go puts all back as it was.
enum Forwarding: String, CaseIterable {
  case ipv4, ipv6

  /// What was before: `0` or `1`, and a line for each interface that has to be put back too.
  private struct Note {
    /// The switch itself.
    var isOn: Bool
    /// Interfaces that forwarded though the switch was off; to switch it is to switch them all.
    var forwarding: [String] = []
    /// Interfaces that took routes from advertisements, and go on doing so though they forward.
    var acceptingRoutes: [String] = []

    init(isOn: Bool) { self.isOn = isOn }

    init(_ bytes: [UInt8]) {
      let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
      isOn = lines.first == "1"
      for line in lines.dropFirst() {
        let words = line.split(separator: " ")
        guard words.count == 2 else { continue }
        if words[0] == "forwarding" { forwarding.append(String(words[1])) }
        if words[0] == "accept_ra" { acceptingRoutes.append(String(words[1])) }
      }
    }

    var bytes: [UInt8] {
      let lines =
        [isOn ? "1" : "0"] + forwarding.map { "forwarding \($0)" }
        + acceptingRoutes.map { "accept_ra \($0)" }
      return Array(lines.map { $0 + "\n" }.joined().utf8)
    }
  }

  /// The settings of each interface, and of `all` of them.
  private var settings: FilePath { FilePath("/proc/sys/net").appending(rawValue).appending("conf") }
  private var master: FilePath { settings.appending("all").appending("forwarding") }
  private var note: FilePath { Places.runtime.appending("forwarding-\(rawValue)") }

  /// Whether the host forwards.
  var isOn: Bool {
    get throws(EngineError) { try Self.isOne(master) }
  }

  /// Whether it is noted what it did before.
  var isNoted: Bool { File.exists(note) }

  /// Has the host forward, and notes what it did before, if no network did so yet.
  ///
  /// An interface that forwards IPv6 takes no routes from advertisements unless its `accept_ra` is
  /// 2, and loses the ones it has (`Documentation/networking/ip-sysctl.rst`). libvirt therefore
  /// refuses to start a network with IPv6 on a host that got its own routes that way; we let it go
  /// on getting them.
  func switchOn(over connection: borrowing RouteConnection) throws(EngineError) {
    if try isOn {
      if !File.exists(note) {
        try files { () throws(FileError) in try File.replace(note, with: Note(isOn: true).bytes) }
      }
      return
    }
    var before = Note(isOn: false)
    if let noted = try files({ () throws(FileError) in try File.read(note) }) {
      before = Note(noted)
    } else {
      for name in try files({ () throws(FileError) in try Directory.names(settings) })
      where name != "all" {
        if try Self.isOne(settings.appending(name).appending("forwarding")) {
          before.forwarding.append(name)
        }
      }
      if self == .ipv6 {
        for name in try advertisedInterfaces(over: connection)
        where try Self.isOne(settings.appending(name).appending("accept_ra")) {
          before.acceptingRoutes.append(name)
        }
      }
      try files { () throws(FileError) in try File.replace(note, with: before.bytes) }
    }
    for name in before.acceptingRoutes {
      try Self.set(settings.appending(name).appending("accept_ra"), "2")
    }
    try Self.set(master, "1")
  }

  /// Puts forwarding back as it was, if there is no network but `name` that needs it, and no other
  /// program that has rules for what is forwarded: Docker or a VPN, which found it on when they
  /// came, may rely on it by now.
  func switchBack(after name: NetworkName) throws(EngineError) {
    // What a start that was killed was about to note.
    try files { () throws(FileError) in
      try File.remove(Places.runtime.appending(".\(note.lastComponent).new"))
    }
    guard let noted = try files({ () throws(FileError) in try File.read(note) }),
      try !SharedState.isAnother(than: name, { $0.forwards.contains(self) })
    else { return }
    let before = Note(noted)
    // What cannot be asked about keeps nobody from stopping a network.
    if !before.isOn, (try? ForeignRules.areAboutForwarding(of: self)) == true {
      try files { () throws(FileError) in try File.remove(note) }
      return
    }
    if try isOn != before.isOn { try Self.set(master, before.isOn ? "1" : "0") }
    if !before.isOn {
      for name in before.forwarding {
        try Self.set(settings.appending(name).appending("forwarding"), "1")
      }
      for name in before.acceptingRoutes {
        try Self.set(settings.appending(name).appending("accept_ra"), "1")
      }
    }
    try files { () throws(FileError) in try File.remove(note) }
  }

  /// The names of the interfaces that routes were advertised on.
  private func advertisedInterfaces(
    over connection: borrowing RouteConnection
  ) throws(EngineError) -> Set<String> {
    var names: Set<String> = []
    for route in try routes({ () throws(RouteError) in try connection.routes() })
    where route.isAdvertised {
      guard let index = route.index else { continue }
      if let name = try routes({ () throws(RouteError) in try connection.name(of: index) }) {
        names.insert(name)
      }
    }
    return names
  }

  private static func isOne(_ path: FilePath) throws(EngineError) -> Bool {
    try files { () throws(FileError) in try File.read(path) }?.first == UInt8(ascii: "1")
  }

  /// Sets one, unless its interface or that version of IP is not there.
  private static func set(_ path: FilePath, _ value: String) throws(EngineError) {
    try files { () throws(FileError) in
      if File.exists(path) { try File.write(Array("\(value)\n".utf8), into: path) }
    }
  }
}
