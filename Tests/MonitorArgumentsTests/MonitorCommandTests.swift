import LinuxTypes
import MonitorArguments
import Testing

/// A tap of descriptors from `first` on.
private func tap(
  _ wish: TapWish, from first: Int32 = 3, name: String = "taprt-2-0"
) throws -> OpenedTap {
  let count = Int32(wish.queues)
  return OpenedTap(
    descriptors: Array(first..<first + count),
    vhosts: wish.vhost ? Array(first + count..<first + 2 * count) : [],
    name: try #require(InterfaceName(name)),
    address: try #require(MACAddress("52:54:00:00:00:0\(first)")))
}

@Suite struct MonitorCommandTests {
  /// The filled-in arguments of a program with one tap.
  private func fill(_ program: String, _ arguments: [String], br: String = "br0") throws
    -> [String]
  {
    let wish = try TapWish(br)
    let command = try MonitorCommand(program: program, arguments: arguments, wishes: [wish])
    return command.arguments(with: [try tap(wish)])
  }

  // MARK: QEMU

  @Test(arguments: ["qemu-system-x86_64", "/usr/bin/qemu-system-aarch64", "qemu-kvm", "kvm"])
  func qemuGetsACard(program: String) throws {
    #expect(
      try fill(program, ["-m", "1G"]) == [
        "-m", "1G", "-netdev", "tap,id=tapster0,fd=3",
        "-device", "virtio-net-pci,netdev=tapster0,mac=52:54:00:00:00:03",
      ])
  }

  @Test func qemuGetsQueuesAndVhost() throws {
    #expect(
      try fill("kvm", [], br: "br0,queues=2,vhost") == [
        "-netdev", "tap,id=tapster0,fds=3:4,vhost=on,vhostfds=5:6",
        "-device", "virtio-net-pci,netdev=tapster0,mac=52:54:00:00:00:03,mq=on,vectors=6",
      ])
    #expect(
      try fill("kvm", [], br: "br0,vhost,id=net0") == [
        "-netdev", "tap,id=net0,fd=3,vhost=on,vhostfd=4",
        "-device", "virtio-net-pci,netdev=net0,mac=52:54:00:00:00:03",
      ])
  }

  @Test(arguments: [
    ["-device", "e1000,netdev=net0,mac={mac}"], ["--device", "e1000,bus=pci.0,netdev=net0"],
    ["-device", #"{"driver": "e1000", "id": "netdev", "netdev" : "net0"}"#],
  ])
  func aCardOfOnesOwnIsLeft(card: [String]) throws {
    let filled = try fill("kvm", card, br: "br0,id=net0")
    #expect(filled.filter { $0.hasSuffix("-device") }.count == 1)
    #expect(filled.suffix(2) == ["-netdev", "tap,id=net0,fd=3"])
    #expect(!filled.joined().contains("{mac}"))
  }

  @Test(arguments: [
    ["-device", "e1000,netdev=net01"], ["-device", "e1000,id=netdev=net0x"],
    ["-device", #"{"driver":"e1000","netdev":"net1","id":"net0"}"#], ["-append", "netdev=net0"],
    ["-device"],
  ])
  func anotherCardIsNotTheTaps(words: [String]) throws {
    #expect(
      try fill("kvm", words, br: "br0,id=net0").last
        == "virtio-net-pci,netdev=net0,mac=52:54:00:00:00:03")
  }

  @Test func anIDIsGivenOnce() throws {
    for netdev in ["user,id=net0", #"{"type":"user","id":"net0"}"#] {
      #expect(throws: MonitorArgumentsError.takenID("net0")) {
        try fill("kvm", ["-netdev", netdev], br: "br0,id=net0")
      }
    }
    #expect(throws: MonitorArgumentsError.takenID("n")) {
      try MonitorCommand(
        program: "kvm", arguments: [], wishes: [try TapWish("br0,id=n"), try TapWish("br1,id=n")])
    }
  }

  @Test func severalBridges() throws {
    let wishes = [try TapWish("br0"), try TapWish("br1,queues=2"), try TapWish("br2")]
    let command = try MonitorCommand(
      program: "kvm", arguments: ["-netdev", "tap,id=own,fd={fd:3}"], wishes: wishes)
    #expect(command.ways == [.descriptors, .descriptors, .descriptors])
    let filled = command.arguments(with: [
      try tap(wishes[0]), try tap(wishes[1], from: 4), try tap(wishes[2], from: 6),
    ])
    #expect(
      filled == [
        "-netdev", "tap,id=own,fd=6",
        "-netdev", "tap,id=tapster0,fd=3",
        "-device", "virtio-net-pci,netdev=tapster0,mac=52:54:00:00:00:03",
        "-netdev", "tap,id=tapster1,fds=4:5",
        "-device", "virtio-net-pci,netdev=tapster1,mac=52:54:00:00:00:04,mq=on,vectors=6",
      ])
  }

  // MARK: Placeholders

  @Test(arguments: [
    ("br0", "--net=fd={fd},mac={mac}", "--net=fd=3,mac=52:54:00:00:00:03"),
    ("br0", "{fd}{fds}{fds,}", "333"), ("br0,queues=2", "fd=[{fds,}]", "fd=[3,4]"),
    ("br0,queues=2,vhost", "{fds}/{vhostfds}/{vhostfds,}", "3:4/5:6/5,6"),
    ("br0,vhost", "{fd:1} {vhostfd:1}", "3 4"), ("br0", "{ifname} {fd}", "taprt-2-0 3"),
    ("br0", #"{"fd": {fd}, "mac": "{mac}"}"#, #"{"fd": 3, "mac": "52:54:00:00:00:03"}"#),
    // Anything else in braces is the program's.
    (
      "br0", "{fd} {} {x} {fd {fd }} {FD} {fd:01} {fd:x} {fd:} {{fd}}",
      "3 {} {x} {fd {fd }} {FD} {fd:01} {fd:x} {fd:} {3}"
    ),
    ("br0", "{fd}ä{fd}", "3ä3"),
  ])
  func anyProgramIsToldByPlaceholders(br: String, argument: String, filled: String) throws {
    #expect(try fill("monitor", [argument], br: br) == [filled])
    #expect(try fill("kvm", [argument], br: br) == [filled], "QEMU is told no second time")
  }

  @Test func aProgramThatTakesANameGetsATapThatStays() throws {
    for (br, arguments, filled) in [
      ("br0", ["--net", "tap={ifname}"], ["--net", "tap=taprt-2-0"]),
      ("br0,name=web0", ["--config-file", "vm.json"], ["--config-file", "vm.json"]),
      (
        "br0,queues=2", ["tap-name={ifname},mac={mac}"],
        ["tap-name=taprt-2-0,mac=52:54:00:00:00:03"]
      ),
    ] {
      let wish = try TapWish(br)
      let command = try MonitorCommand(program: "m", arguments: arguments, wishes: [wish])
      #expect(command.ways == [.name])
      #expect(command.arguments(with: [try tap(wish)]) == filled)
    }
    let both = try TapWish("br0,name=web0")
    let command = try MonitorCommand(program: "m", arguments: ["{fd}"], wishes: [both])
    #expect(command.ways == [.descriptors], "descriptors go before the name")
  }

  @Test func whatDoesNotGoTogether() throws {
    func error(_ br: [String], _ program: String, _ arguments: [String]) throws
      -> MonitorArgumentsError?
    {
      let wishes = try br.map { try TapWish($0) }
      return #expect(throws: MonitorArgumentsError.self) {
        try MonitorCommand(program: program, arguments: arguments, wishes: wishes)
      }
    }
    let bridge = try #require(InterfaceName("br0"))
    for text in ["{fd:2}", "{mac:999}"] {
      #expect(try error(["br0"], "kvm", [text]) == .noSuchTap(placeholder: text, count: 1))
    }
    #expect(
      try error(["br0,queues=3"], "kvm", ["{fd}"])
        == .manyDescriptors(placeholder: "{fd}", count: 3))
    #expect(
      try error(["br0"], "m", ["{fd}", "{vhostfds}"])
        == .noVhost(placeholder: "{vhostfds}", bridge: bridge))
    #expect(try error(["br0,vhost"], "kvm", ["{fd}"]) == .unusedVhost(bridge: bridge))
    #expect(try error(["br0,vhost"], "m", ["{ifname}"]) == .vhostByName(bridge: bridge))
    #expect(try error(["br0"], "/bin/m", ["x"]) == .unusedTap(bridge: bridge, program: "/bin/m"))
    #expect(
      try error(["br0"], "m", ["{mac}"]) == .unusedTap(bridge: bridge, program: "m"),
      "an address alone is no way to a tap")
    #expect(
      try error(["br1", "br0"], "m", ["{fd}"]) == .unusedTap(bridge: bridge, program: "m"))
  }

  @Test(arguments: [
    ("{fd}", "{fds}"), ("{fd:1}", "{fds:1}"), ("{vhostfd}", "{vhostfds}"),
  ])
  func theAdviceIsOfThePlaceholder(one: String, several: String) throws {
    let wish = try TapWish("br0,queues=2,vhost")
    let error = #expect(throws: MonitorArgumentsError.self) {
      try MonitorCommand(program: "m", arguments: ["{fds} {vhostfds} \(one)"], wishes: [wish])
    }
    #expect(error?.advice == "write \(several) where the program takes several")
  }

  @Test(arguments: ["cloud-hypervisor", "/opt/crosvm", "firecracker", "monitor"])
  func theAdviceIsOfTheProgram(program: String) throws {
    let error = try #require(
      #expect(throws: MonitorArgumentsError.self) {
        try MonitorCommand(program: program, arguments: [], wishes: [try TapWish("br0")])
      })
    let word = [
      "cloud-hypervisor": "--net fd={fd}", "/opt/crosvm": "tap-fd={fd}",
      "firecracker": "host_dev_name", "monitor": "{ifname}",
    ]
    #expect(error.advice.contains(word[program] ?? "?"), "\(error.advice)")
    #expect(error.description.contains("'\(program)'"))
  }

  @Test func whatIsEchoedIsEscaped() {
    let error = #expect(throws: MonitorArgumentsError.self) { try TapWish("br0,\u{1b}[2J") }
    #expect(error?.description.contains("\\x1b[2J") == true)
  }
}
