import TestSupport

extension SweptCommand {
  private static let definition = "/etc/tapster/networks/default.xml"

  static let destroyed: Step = { bed in
    try bed.unless(["is not active"], [Testbed.tapster, "net-destroy", "default"])
  }

  /// That the definition of `default` can be read.
  static let readable: Step = { bed in
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

  /// All kinds of things that a network can have.
  static let rich = """
    <network xmlns:tapster='urn:tapster:network:1'>
      <name>rich</name>
      <uuid>5d9bb9b1-6d0c-4b0b-9b1e-0c6f4a8e5a02</uuid>
      <forward mode='nat'><nat ipv6='yes'><port start='2000' end='60000'/></nat></forward>
      <bridge name='virbr8' stp='on' delay='0'/>
      <mtu size='1400'/>
      <mac address='52:54:00:00:00:78'/>
      <domain name='lab' localOnly='yes'/>
      <bandwidth><inbound average='1000' peak='5000' burst='1024'/></bandwidth>
      <dns><host ip='192.168.88.2'><hostname>two</hostname></host></dns>
      <ip address='192.168.88.1' netmask='255.255.255.0'>
        <dhcp>
          <range start='192.168.88.100' end='192.168.88.200'/>
          <host mac='52:54:00:00:00:99' name='nine' ip='192.168.88.9'/>
        </dhcp>
      </ip>
      <ip family='ipv6' address='fd00:88::1' prefix='64'>
        <dhcp><range start='fd00:88::100' end='fd00:88::1ff'/></dhcp>
      </ip>
      <route address='10.77.0.0' prefix='16' gateway='192.168.88.2'/>
      <tapster:incoming default='deny'>
        <tapster:allow proto='tcp' port='2222' to='nine' toport='22'/>
      </tapster:incoming>
      <tapster:outgoing default='allow'><tapster:deny proto='tcp' port='25'/></tapster:outgoing>
    </network>

    """
  private static let richFile = "\(Testbed.scratch)/rich.xml"

  /// Defines the rich network, and has dnsmasq make the file of leases, which stays: it has the
  /// server's own identity for DHCPv6 in it.
  static let richDefined: Step = { bed in
    try bed.testbed.write(richFile, rich)
    try bed.tapster("net-define", richFile).checked()
    try bed.tapster("net-start", "rich").checked()
    try bed.tapster("net-destroy", "rich").checked()
  }

  static let richDestroyed: Step = { bed in
    try bed.unless(["is not active"], [Testbed.tapster, "net-destroy", "rich"])
  }

  static let richReadable: Step = { bed in
    try bed.tapster("net-dumpxml", "rich").checked()
    try bed.tapster("net-list", "--all").checked()
  }

  static let richStart = SweptCommand(
    name: "net-start of a network with everything", arguments: ["net-start", "rich"],
    undoesItself: true, errorStride: 9, excuses: ["already active"], setUp: richDefined,
    examine: richReadable,
    mend: { _ in }, finish: richDestroyed)

  static let richDestroy = SweptCommand(
    name: "net-destroy of a network with everything", arguments: ["net-destroy", "rich"],
    errorStride: 9, excuses: ["is not active"], setUp: richDefined,
    prepare: { try $0.tapster("net-start", "rich").checked() }, examine: richReadable,
    mend: { try $0.unless(["already active"], [Testbed.tapster, "net-start", "rich"]) },
    finish: richDestroyed)

  static let create = SweptCommand(
    name: "net-create", arguments: ["net-create", richFile], undoesItself: true,
    errorStride: 9, excuses: ["already active"],
    setUp: { bed in
      try richDefined(bed)
      try bed.tapster("net-undefine", "rich").checked()
    },
    examine: { try $0.tapster("net-list", "--all").checked() },
    mend: { bed in
      // Somebody who wants to be rid of what he finds, or else has another try.
      let isThere = bed.testbed.exists("/run/tapster/networks/rich")
      try bed.testbed.output(
        [Testbed.tapster] + (isThere ? ["net-destroy", "rich"] : ["net-create", richFile]))
    },
    finish: { bed in
      try bed.unless(
        ["is not active", "Network not found"], [Testbed.tapster, "net-destroy", "rich"])
    })

  /// The rules, the definitions and dnsmasq's files of the rich network.
  private static func state(_ bed: NetworkTestbed) throws -> String {
    let directory = "/run/tapster/networks/rich"
    let files = try ["dnsmasq.conf", "dnsmasq.hosts", "dnsmasq.names"].map {
      try bed.testbed.read("\(directory)/\($0)")
    }
    // Chains are listed as they came.
    let rules = try bed.testbed.output(["nft", "list", "ruleset"]).split(separator: "\n").sorted()
    return try
      ([
        bed.tapster("net-dumpxml", "rich").checked().output,
        bed.tapster("net-dumpxml", "rich", "--inactive").checked().output,
      ] + files + [rules.joined(separator: "\n")]).joined(separator: "\0")
  }

  /// The rich network is changed as it runs, and its definition with it.
  private static func change(_ arguments: [String], excuse: String) -> SweptCommand {
    let places = (old: "\(Testbed.scratch)/old", new: "\(Testbed.scratch)/new")
    return SweptCommand(
      name: arguments.filter { !$0.contains("<") }.joined(separator: " "), arguments: arguments,
      undoesItself: true, errorStride: 9, excuses: [excuse],
      setUp: { bed in
        try richDefined(bed)
        try bed.tapster("net-start", "rich").checked()
        try bed.testbed.write(places.old, try state(bed))
        try bed.testbed.output([Testbed.tapster] + arguments)
        try bed.testbed.write(places.new, try state(bed))
        try richDestroyed(bed)
        try bed.tapster("net-define", richFile).checked()
      },
      prepare: { try $0.tapster("net-start", "rich").checked() },
      examine: { bed in
        let (old, new) = (
          try bed.testbed.read(places.old).split(separator: "\0").prefix(2),
          try bed.testbed.read(places.new).split(separator: "\0").prefix(2)
        )
        guard old[0] != new[0], old[1] != new[1] else { throw SweepProblem("no change") }
        for (index, option) in [[], ["--inactive"]].enumerated() {
          let now = try bed.testbed.output([Testbed.tapster, "net-dumpxml", "rich"] + option)
          guard now == old[index] || now == new[index] else {
            throw SweepProblem("neither old nor new: \(now)")
          }
        }
      },
      settled: { bed in
        let now = try state(bed).split(separator: "\n")
        let changes = now.difference(
          from: try bed.testbed.read(places.new).split(separator: "\n"))
        guard changes.isEmpty else {
          throw SweepProblem("not as it is without the fault: \(changes)")
        }
      },
      mend: { _ in },
      finish: { bed in
        try richDestroyed(bed)
        try bed.tapster("net-define", richFile).checked()
      })
  }

  /// dnsmasq reads its files again.
  static let addHost = change(
    [
      "net-update", "rich", "add", "ip-dhcp-host",
      "<host mac='52:54:00:00:00:aa' ip='192.168.88.10'/>", "--live", "--config",
    ], excuse: "there is an existing dhcp host entry")
  /// dnsmasq starts again.
  static let addRange = change(
    [
      "net-update", "rich", "add", "ip-dhcp-range",
      "<range start='192.168.88.210' end='192.168.88.220'/>", "--live", "--config",
    ], excuse: "there is an existing dhcp range entry")
  /// The firewall changes.
  static let addForward = change(
    ["net-forward", "add", "rich", "tcp", "8080", "nine:80"], excuse: "is forwarded already")

  /// All that are swept.
  static let all = [
    start, destroy, redefine, define, undefine, autostart, noAutostart, richStart, richDestroy,
    create, addHost, addRange, addForward, startAll, repair, repairAll, addRule, removeRule,
  ]
}

extension SweptCommand: CustomStringConvertible {
  var description: String { name }
}
