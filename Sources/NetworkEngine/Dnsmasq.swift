internal import LinuxHost
internal import LinuxTypes
internal import NetworkModel
internal import NetworkPlan

/// The dnsmasq of one network.
enum Dnsmasq {
  /// The user that Debian and others make for dnsmasq; without it dnsmasq becomes `nobody`.
  static func user() throws(EngineError) -> String? {
    let users = try files { () throws(FileError) in try File.read(FilePath("/etc/passwd")) } ?? []
    let isThere = users.split(separator: UInt8(ascii: "\n")).contains {
      $0.starts(with: "dnsmasq:".utf8)
    }
    return isThere ? "dnsmasq" : nil
  }

  /// Writes its files and starts it.
  ///
  /// The child that is returned ends when the one that stays has its sockets, and with the reason
  /// if it could not get them.
  static func start(
    _ plan: DnsmasqPlan, of name: NetworkName, files paths: DnsmasqFiles, keeping kept: [Int32]
  ) throws(EngineError) -> ChildProcess {
    guard let program = ProgramSearch.find("dnsmasq") else { throw .programMissing("dnsmasq") }
    return try files { () throws(FileError) in
      // Before dnsmasq does it, since nobody removes the directory of a file.
      if let leases = paths.leases {
        try Places.inPassing([Places.state, Places.leases]) { () throws(FileError) in
          try File.make(leases)
        }
      }
      try File.replace(paths.hosts, with: Array(plan.hosts.utf8))
      try File.replace(paths.names, with: Array(plan.names.utf8))
      let configuration = Places.dnsmasqConfiguration(name)
      try File.replace(configuration, with: Array(plan.configuration.utf8))
      return try ChildProcess.start(program, arguments(name), keeping: kept)
    }
  }

  /// The dnsmasq of `name` that its own file of the process number leads to.
  static func running(_ name: NetworkName) throws(EngineError) -> ProcessHandle? {
    guard let path = Places.dnsmasq(name, user: nil).process,
      let bytes = try files({ () throws(FileError) in try File.read(path) }),
      let number = DecimalNumber.parse(
        bytes.prefix { $0 != UInt8(ascii: "\n") }, maximum: UInt32(Int32.max))
    else { return nil }
    let process = Int32(number)
    return ProcessHandle.find(process) { isOurs($0, process, name) }
  }

  /// Ends all of `name`'s: found by their arguments, since one that was started may not have
  /// written its number yet.
  static func endAll(_ name: NetworkName) throws(EngineError) {
    var isAnyLeft = true
    while isAnyLeft {
      isAnyLeft = false
      for process in try files({ () throws(FileError) in try ProcessHandle.all() }) {
        guard let found = ProcessHandle.find(process, where: { isOurs($0, process, name) }) else {
          continue
        }
        isAnyLeft = true
        found.terminate()
        found.awaitEnd(killingAfter: 5000)
      }
    }
  }

  private static func arguments(_ name: NetworkName) -> [String] {
    let path = String(decoding: Places.dnsmasqConfiguration(name).bytes, as: UTF8.self)
    return ["dnsmasq", "--conf-file=\(path)"]
  }

  /// One in another network namespace is another machine's, as it were, even if we see it.
  private static func isOurs(_ arguments: [String], _ process: Int32, _ name: NetworkName) -> Bool {
    Array(arguments.prefix(2)) == Self.arguments(name) && ProcessHandle.sharesOurNetwork(process)
  }
}
