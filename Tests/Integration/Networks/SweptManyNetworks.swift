import TestSupport

/// Commands for several networks at once, and those that put networks right.
extension SweptCommand {
  /// The networks of these sweeps, by name, and their bridges.
  private static let bridges = ["default": "virbr0", "one": "virbr5", "two": "virbr6"]

  private static let allDefined: Step = { bed in
    for (number, name) in ["one", "two"].enumerated() {
      try bed.testbed.write(
        "/etc/tapster/networks/\(name).xml",
        """
        <network>
          <name>\(name)</name>
          <forward mode='\(number == 0 ? "nat" : "route")'/>
          <bridge name='virbr\(5 + number)' stp='off' delay='0'/>
          <ip address='192.168.\(5 + number).1' prefix='24'>
            <dhcp><range start='192.168.\(5 + number).2' end='192.168.\(5 + number).99'/></dhcp>
          </ip>
        </network>

        """)
    }
    // With the files of leases, which stay.
    try bed.tapster("net-start", "--all").checked()
    try bed.noteRunning()
    try allDestroyed(bed)
  }

  private static let allDestroyed: Step = { bed in
    for name in bridges.keys.sorted() {
      try bed.unless(["is not active"], [Testbed.tapster, "net-destroy", name])
    }
  }

  private static let allReadable: Step = { bed in
    for name in bridges.keys { try bed.tapster("net-dumpxml", name).checked() }
    try bed.tapster("net-list", "--all").checked()
  }

  /// Of each network all is there, or nothing is.
  private static let eachIsWhole: Step = { bed in
    let active = try bed.tapster("-q", "net-list", "--name").checked().output.split(separator: "\n")
    let links = try bed.testbed.links()
    let rules = try bed.testbed.output(["nft", "list", "ruleset"])
    for (name, bridge) in bridges {
      let isUp = active.contains(name[...])
      let signs = [
        links.contains(bridge), rules.contains("\"\(bridge)\""),
        bed.testbed.exists("/run/tapster/networks/\(name)"),
      ]
      if signs != [isUp, isUp, isUp] { throw SweepProblem("of \(name), \(isUp): \(signs)") }
    }
  }

  private static func startAll(settled: @escaping Step) -> SweptCommand {
    SweptCommand(
      name: "net-start --all", arguments: ["net-start", "--all"], errorStride: 40, killStride: 40,
      setUp: allDefined, examine: allReadable, whole: eachIsWhole, settled: settled,
      mend: { _ in }, finish: allDestroyed)
  }

  static let startAll = startAll { try $0.expectRunning() }

  /// Where programs of networks that are up were killed, too, which is nothing to a start of the
  /// others.
  static let startAllRepaired = startAll { bed in
    try bed.tapster("net-repair", "--all").checked()
    try bed.expectRunning()
  }

  /// What others did to a running network: its rules, its dnsmasq and an address are gone.
  private static func broken(_ bridge: String, _ address: String) -> Step {
    { bed in
      try bed.killAll()
      try bed.testbed.output([
        "sh", "-euc",
        """
        ip address delete \(address) dev \(bridge)
        nft delete table inet tapster
        """,
      ])
    }
  }

  static let repair = SweptCommand(
    name: "net-repair", arguments: ["net-repair", "rich"], errorStride: 40, killStride: 100,
    setUp: { bed in
      try richDefined(bed)
      try bed.tapster("net-start", "rich").checked()
      try bed.noteRunning()
      try richDestroyed(bed)
    },
    prepare: { bed in
      try bed.tapster("net-start", "rich").checked()
      try broken("virbr8", "192.168.88.1/24")(bed)
    },
    examine: richReadable, settled: { try $0.expectRunning() }, mend: { _ in },
    finish: richDestroyed)

  /// Two are broken, and the start of a third was killed.
  static let repairAll = SweptCommand(
    name: "net-repair --all", arguments: ["net-repair", "--all"], errorStride: 100, killStride: 250,
    setUp: { bed in
      try allDefined(bed)
      for name in ["default", "one"] { try bed.tapster("net-start", name).checked() }
      try bed.noteRunning()
      try allDestroyed(bed)
    },
    prepare: { bed in
      for name in ["default", "one"] { try bed.tapster("net-start", name).checked() }
      try broken("virbr5", "192.168.5.1/24")(bed)
      let killed = try bed.testbed.run([
        "strace", "-o", "/dev/null", "-e", "inject=clone3:signal=KILL:when=1", Testbed.tapster,
        "net-start", "two",
      ])
      guard killed.wasKilled, bed.testbed.exists("/run/tapster/networks/two") else {
        throw SweepProblem("nothing is left of a start that was killed: \(killed)")
      }
    },
    examine: allReadable,
    settled: { bed in
      try eachIsWhole(bed)
      try bed.expectRunning()
    }, mend: { _ in }, finish: allDestroyed)
}

extension NetworkTestbed {
  private static let place = "\(Testbed.scratch)/running"

  /// Addresses, routes, rules and how many programs, in lines that the kernel's order does not
  /// change.
  private func running() throws -> String {
    let lines = try testbed.output([
      "sh", "-euc",
      """
      ip -br -4 address
      ip -br -6 address show scope global
      ip route show table main
      ip -6 route show table main
      nft list ruleset
      """,
    ]).split { "\n,".contains($0) }.map { line in
      line.split(separator: " ").sorted().joined(separator: " ")
    }.sorted()
    return "\(try testbed.processes().count) programs\n" + lines.joined(separator: "\n")
  }

  /// Notes how networks run now.
  fileprivate func noteRunning() throws { try testbed.write(Self.place, try running()) }

  /// Throws unless they run as was noted.
  fileprivate func expectRunning() throws {
    let changes = try running().split(separator: "\n")
      .difference(from: try testbed.read(Self.place).split(separator: "\n"))
    guard changes.isEmpty else { throw SweepProblem("not as it is without the fault: \(changes)") }
  }
}
