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

  /// Writes its files and starts it, to go on by itself.
  ///
  /// The child that is returned ends when the one that stays has its sockets, and with the reason
  /// if it could not get them.
  static func start(
    _ plan: DnsmasqPlan, of name: NetworkName, keeping kept: [Int32]
  ) throws(EngineError) -> ChildProcess {
    guard let program = ProgramSearch.find("dnsmasq") else { throw .programMissing("dnsmasq") }
    try prepare(plan, of: name)
    return try files { () throws(FileError) in
      try ChildProcess.start(program, arguments(name), keeping: kept)
    }
  }

  /// Writes its files and makes this process it, in the foreground, as service managers want it.
  ///
  /// The lock of the descriptor `lock` is held until the program that we become closes it, which
  /// is the first thing that it does: from then on it is found by its arguments.
  static func become(
    _ plan: DnsmasqPlan, of name: NetworkName, holding lock: Int32
  ) throws(EngineError) -> Never {
    guard let program = ProgramSearch.find("dnsmasq") else { throw .programMissing("dnsmasq") }
    try prepare(plan, of: name)
    do throws(FileError) {
      try ThisProcess.becomeService(
        program, arguments(name) + ["--keep-in-foreground"], keeping: lock)
    } catch { throw .file(error) }
  }

  private static func prepare(_ plan: DnsmasqPlan, of name: NetworkName) throws(EngineError) {
    try write(plan, of: name)
    try files { () throws(FileError) in
      // Before dnsmasq does it, since nobody removes the directory of a file.
      if let leases = Places.dnsmasq(name, user: nil).leases {
        try Places.inPassing([Places.state, Places.leases]) { () throws(FileError) in
          try File.make(leases)
        }
      }
    }
  }

  /// Ends all of `name`'s and starts it anew, its leases kept. Returns when it has its sockets.
  static func restart(
    _ plan: DnsmasqPlan, of name: NetworkName, keeping kept: [Int32]
  ) throws(EngineError) {
    try end(name)
    try Program.wait("dnsmasq", try start(plan, of: name, keeping: kept))
  }

  /// Whether it runs.
  static func isRunning(_ name: NetworkName) throws(EngineError) -> Bool {
    if let running = try running(name) {
      _ = running
      return true
    }
    return false
  }

  /// Ends it, wherever it is found.
  static func end(_ name: NetworkName) throws(EngineError) {
    if let running = try running(name) {
      running.terminate()
      running.awaitEnd(killingAfter: 5000)
    } else {
      try awaitDying(name)
      try endAll(name)
    }
  }

  /// Has it read its files of hosts and names again.
  static func reload(_ name: NetworkName) throws(EngineError) {
    guard let running = try running(name) else { return }
    running.reload()
  }

  /// Writes those of its files that are not as planned.
  static func write(_ plan: DnsmasqPlan, of name: NetworkName) throws(EngineError) {
    for file in sources(plan, of: name) where try !file.isRight {
      try files { () throws(FileError) in try File.replace(file.path, with: file.contents) }
    }
  }

  /// A file that it reads.
  struct Source {
    let path: FilePath
    let contents: [UInt8]
    /// Whether it is read only once, at the start.
    let isConfiguration: Bool

    /// Whether it is there, and as planned.
    var isRight: Bool {
      get throws(EngineError) {
        try files { () throws(FileError) in try File.read(path) } == contents
      }
    }
  }

  /// The files that it reads.
  static func sources(_ plan: DnsmasqPlan, of name: NetworkName) -> [Source] {
    let paths = Places.dnsmasq(name, user: nil)
    return [
      Source(path: paths.hosts, contents: Array(plan.hosts.utf8), isConfiguration: false),
      Source(path: paths.names, contents: Array(plan.names.utf8), isConfiguration: false),
      Source(
        path: Places.dnsmasqConfiguration(name), contents: Array(plan.configuration.utf8),
        isConfiguration: true),
    ]
  }

  /// The dnsmasq of `name` that its own file of the process number leads to.
  static func running(_ name: NetworkName) throws(EngineError) -> ProcessHandle? {
    guard let process = try noted(name) else { return nil }
    let users = try users(name)
    return ProcessHandle.find(process) { isOurs($0, process, name, users) }
  }

  /// Whether it runs, as far as somebody can see who is not root.
  static func isSeen(_ name: NetworkName) throws(EngineError) -> Bool {
    if EffectiveUser.isRootOfHost { return try isRunning(name) }
    guard let process = try noted(name) else { return false }
    return isNamed(ProcessHandle.arguments(of: process), name)
  }

  /// The number in its own file; nil if there is none.
  private static func noted(_ name: NetworkName) throws(EngineError) -> Int32? {
    guard let path = Places.dnsmasq(name, user: nil).process,
      let bytes = try files({ () throws(FileError) in try File.read(path) }),
      let number = DecimalNumber.parse(
        bytes.prefix { $0 != UInt8(ascii: "\n") }, maximum: UInt32(Int32.max))
    else { return nil }
    return Int32(number)
  }

  /// Waits for one that was killed a moment ago, which has no arguments any more and still its
  /// sockets: the kernel gives them back in this order. What has none for another reason is not
  /// waited for longer than a second.
  private static func awaitDying(_ name: NetworkName) throws(EngineError) {
    guard let process = try noted(name) else { return }
    let dying = ProcessHandle.find(process) { $0.allSatisfy(\.isEmpty) }
    _ = try? dying?.awaitEnd(within: 1000)
  }

  /// Whether a process with these arguments says that it is the one of `name`.
  private static func isNamed(_ arguments: [String], _ name: NetworkName) -> Bool {
    Array(arguments.prefix(2)) == Self.arguments(name)
  }

  /// Ends all of `name`'s: found by their arguments, since one that was started may not have
  /// written its number yet.
  ///
  /// It is over when none was found twice in a row: while one starts it forks twice, so that all
  /// that were listed may be gone, and another there, by the time they are looked at. The first
  /// of the three waits for the last, which does not fork again.
  static func endAll(_ name: NetworkName) throws(EngineError) {
    let users = try users(name)
    var looksInVain = 0
    while looksInVain < 2 {
      looksInVain += 1
      for process in try files({ () throws(FileError) in try ProcessHandle.all() }) {
        let found = ProcessHandle.find(process) { isOurs($0, process, name, users) }
        guard let found else { continue }
        looksInVain = 0
        found.terminate()
        found.awaitEnd(killingAfter: 5000)
      }
    }
  }

  private static func arguments(_ name: NetworkName) -> [String] {
    let path = String(decoding: Places.dnsmasqConfiguration(name).bytes, as: UTF8.self)
    return ["dnsmasq", "--conf-file=\(path)"]
  }

  /// One in another network namespace is another machine's, as it were, even if we see it. Anybody
  /// can run a program with these arguments, again and again, and have us wait for its end; so one
  /// of a user that ours cannot be of is not looked at.
  private static func isOurs(
    _ arguments: [String], _ process: Int32, _ name: NetworkName, _ users: Set<UInt32>?
  ) -> Bool {
    guard isNamed(arguments, name), ProcessHandle.sharesOurNetwork(process)
    else { return false }
    guard let users, let user = ProcessHandle.realUser(of: process) else { return true }
    return users.contains(user)
  }

  /// The users that it can be of: root while it starts, then the one it turns into. nil, for any,
  /// if options of the definition's may say which.
  private static func users(_ name: NetworkName) throws(EngineError) -> Set<UInt32>? {
    let path = Places.dnsmasqConfiguration(name)
    let configuration = try files { () throws(FileError) in try File.read(path) } ?? []
    let naming = configuration.split(separator: UInt8(ascii: "\n")).filter {
      $0.starts(with: "user".utf8) || $0.starts(with: "conf-".utf8)
    }
    let known = ["dnsmasq", "nobody"]
    for line in naming where !known.contains(where: { line.elementsEqual("user=\($0)".utf8) }) {
      return nil
    }
    let lines = try files { () throws(FileError) in try File.read(FilePath("/etc/passwd")) } ?? []
    var users: Set<UInt32> = [0]
    for line in String(decoding: lines, as: UTF8.self).split(separator: "\n") {
      let fields = line.split(separator: ":", omittingEmptySubsequences: false)
      guard fields.count > 2, known.contains(String(fields[0])) else { continue }
      if let user = UInt32(fields[2]) { users.insert(user) }
    }
    return users
  }
}
