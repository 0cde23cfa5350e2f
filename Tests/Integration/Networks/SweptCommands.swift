import TestSupport

extension SweptCommand {
  private static let definition = "/etc/tapster/networks/default.xml"

  private static let destroyed: Step = { bed in
    try bed.unless(["is not active"], [Testbed.tapster, "net-destroy", "default"])
  }

  /// That the definition of `default` can be read.
  private static let readable: Step = { bed in
    try bed.tapster("net-dumpxml", "default").checked()
    try bed.tapster("net-list", "--all").checked()
  }

  /// That `--inactive` shows one of `allowed`; nil stands for no definition.
  private static func defined(_ bed: NetworkTestbed, _ name: String, as allowed: [String?]) throws {
    let shown = try bed.tapster("net-dumpxml", name)
    let isThere = shown.succeeded || !shown.error.contains("Network not found")
    if isThere { try shown.checked() }
    guard allowed.contains(isThere ? shown.output : nil) else {
      throw SweepProblem("neither the old nor the new definition: \(shown)")
    }
    try bed.tapster("net-list", "--all").checked()
  }

  static let start = SweptCommand(
    name: "net-start", arguments: ["net-start", "default"], undoesItself: true,
    excuses: ["already active"], examine: readable, mend: { _ in }, finish: destroyed)

  static let destroy = SweptCommand(
    name: "net-destroy", arguments: ["net-destroy", "default"], excuses: ["is not active"],
    prepare: { try $0.tapster("net-start", "default").checked() }, examine: readable,
    mend: { try $0.unless(["already active"], [Testbed.tapster, "net-start", "default"]) },
    finish: destroyed)

  /// A definition is replaced by another.
  static let redefine = SweptCommand(
    name: "net-define, replacing", arguments: ["net-define", "\(Testbed.scratch)/new.xml"],
    setUp: { bed in
      let old = try bed.tapster("net-dumpxml", "default").checked().output
      let new = old.replacing("192.168.122.254", with: "192.168.122.99")
      try bed.testbed.write("\(Testbed.scratch)/new.xml", new)
      try bed.tapster("net-define", "\(Testbed.scratch)/new.xml").checked()
      try bed.testbed.write(
        "\(Testbed.scratch)/new", try bed.tapster("net-dumpxml", "default").checked().output)
      try bed.testbed.write("\(Testbed.scratch)/old.xml", old)
      try bed.tapster("net-define", "\(Testbed.scratch)/old.xml").checked()
      try bed.testbed.write(
        "\(Testbed.scratch)/old", try bed.tapster("net-dumpxml", "default").checked().output)
    },
    examine: { bed in
      let both = try ["old", "new"].map { try bed.testbed.read("\(Testbed.scratch)/\($0)") }
      guard both[0] != both[1] else { throw SweepProblem("the same definition") }
      try defined(bed, "default", as: both)
    },
    finish: { try $0.tapster("net-define", "\(Testbed.scratch)/old.xml").checked() })

  private static let other = """
    <network>
      <name>other</name>
      <uuid>5d9bb9b1-6d0c-4b0b-9b1e-0c6f4a8e5a01</uuid>
      <bridge name='virbr7'/>
      <mac address='52:54:00:00:00:77'/>
      <ip address='192.168.77.1' netmask='255.255.255.0'/>
    </network>

    """

  /// There was none of that name.
  static let define = SweptCommand(
    name: "net-define", arguments: ["net-define", "\(Testbed.scratch)/other.xml"],
    setUp: { bed in
      try bed.testbed.write("\(Testbed.scratch)/other.xml", other)
      try bed.tapster("net-define", "\(Testbed.scratch)/other.xml").checked()
      try bed.testbed.write(
        "\(Testbed.scratch)/new", try bed.tapster("net-dumpxml", "other").checked().output)
      try bed.tapster("net-undefine", "other").checked()
    },
    examine: { try defined($0, "other", as: [nil, $0.testbed.read("\(Testbed.scratch)/new")]) },
    finish: { try $0.unless(["Network not found"], [Testbed.tapster, "net-undefine", "other"]) })

  static let undefine = SweptCommand(
    name: "net-undefine", arguments: ["net-undefine", "other"],
    excuses: ["Network not found"],
    setUp: { bed in
      try bed.testbed.write("\(Testbed.scratch)/other.xml", other)
      try bed.tapster("net-define", "\(Testbed.scratch)/other.xml").checked()
      try bed.tapster("net-autostart", "other").checked()
      try bed.testbed.write(
        "\(Testbed.scratch)/old", try bed.tapster("net-dumpxml", "other").checked().output)
    },
    examine: { try defined($0, "other", as: [nil, $0.testbed.read("\(Testbed.scratch)/old")]) },
    finish: { bed in
      try bed.tapster("net-define", "\(Testbed.scratch)/other.xml").checked()
      try bed.tapster("net-autostart", "other").checked()
    })

  static let autostart = SweptCommand(
    name: "net-autostart", arguments: ["net-autostart", "default"],
    setUp: { bed in
      try bed.tapster("net-autostart", "default").checked()
      try bed.tapster("net-autostart", "default", "--disable").checked()
    },
    examine: readable,
    finish: { try $0.tapster("net-autostart", "default", "--disable").checked() })

  static let noAutostart = SweptCommand(
    name: "net-autostart --disable", arguments: ["net-autostart", "default", "--disable"],
    setUp: { try $0.tapster("net-autostart", "default").checked() },
    examine: readable, finish: { try $0.tapster("net-autostart", "default").checked() })

  /// All that are swept.
  static let all = [start, destroy, redefine, define, undefine, autostart, noAutostart]
}

extension SweptCommand: CustomStringConvertible {
  var description: String { name }
}
