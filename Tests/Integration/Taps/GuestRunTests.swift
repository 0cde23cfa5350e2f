import Foundation
import TestSupport
import Testing

/// `tapster run` with real QEMU and a guest in it, as a user without any right.
@Suite(.requiresGuests, .requiresTapster, .timeLimit(.minutes(20)))
struct GuestRunTests {
  private let bridge: BridgeWithDHCP
  private var testbed: Testbed { bridge.testbed }

  init() throws {
    bridge = try BridgeWithDHCP(acl: "allow br0 user=build queues=2 persist\n")
  }

  private func boot(_ options: [String], _ arguments: [String] = []) throws -> Guest {
    try Guest(
      try testbed.command(
        [Testbed.tapster, "run", "--br=br0"] + options + ["--"] + Guest.machine() + arguments,
        as: .build, environment: ["TAPSTER_HELPER": Testbed.helper]))
  }

  /// How often each receive queue of the card has interrupted (`/proc/interrupts`).
  private func interrupts(_ guest: Guest) throws -> [String: Int] {
    let lines = try guest.run("grep input /proc/interrupts").lines
    return Dictionary(
      lines.map { line in
        let words = line.split(separator: " ")
        let counts = words.dropFirst().prefix { $0.allSatisfy(\.isNumber) }
        return (String(words.last ?? ""), counts.compactMap { Int($0) }.reduce(0, +))
      }, uniquingKeysWith: +)
  }

  /// What the first processor sends goes through the first queue and is answered there; likewise
  /// the second: each in turn moves frames, and the other does not.
  @Test func bothQueuesOfACardMoveFrames() throws {
    let guest = try boot(["--queues=2", "--name=web"], ["-smp", "2"])
    let lease = try guest.run("dhcp")
    #expect(lease.status == 0, "\(lease)")
    #expect(try guest.run("ls -d /sys/class/net/eth0/queues/rx-* | wc -l").lines == ["2"])
    for processor in 0...1 {
      let before = try interrupts(guest)
      let pinged = try guest.run("taskset \(1 << processor) ping -c 20 -i 0.02 -W 5 192.0.2.1")
      #expect(pinged.status == 0, "\(pinged)")
      let after = try interrupts(guest)
      let grown = before.keys.sorted().map { after[$0, default: 0] - before[$0, default: 0] }
      try #require(grown.count == 2, "\(before)")
      #expect(grown[processor] >= 10, "processor \(processor): \(grown)")
      #expect(grown[1 - processor] < grown[processor], "processor \(processor): \(grown)")
    }
    let link = try testbed.json(["ip", "-j", "-d", "link", "show", "master", "br0"])[0]
    #expect(link["linkinfo"]["info_data"]["numqueues"].integer == 2)
    try guest.powerOff()
    #expect(try bridge.ports() == [])
  }

  /// The same machine gets the same address from DHCP, whatever else of it is new.
  @Test func aMachineIsKnownByItsName() throws {
    var seen: [String] = []
    for _ in 0..<2 {
      let guest = try boot(["--name=web"])
      let lease = try #require(try guest.run("dhcp").lines.first)
      seen.append(lease.split(separator: " ").dropFirst(2).first.map(String.init) ?? lease)
      seen.append(try guest.run("cat /sys/class/net/eth0/address").lines.joined())
      try guest.powerOff()
    }
    #expect(seen[0] == seen[2] && seen[1] == seen[3], "\(seen)")
    #expect(seen[0].hasPrefix("192.0.2.1") && seen[1].hasPrefix("52:54:00:"), "\(seen)")
  }

  /// QEMU can take a tap by its name as well; then `tapster` waits for its end and clears up.
  @Test func byName() throws {
    let guest = try boot(
      ["--name=web"],
      [
        "-netdev", "tap,id=n0,ifname={ifname},script=no,downscript=no",
        "-device", "virtio-net-pci,netdev=n0,romfile=,mac={mac}",
      ])
    #expect(try guest.run("dhcp").status == 0)
    #expect(try bridge.ports() == ["taprt-2-0"])
    #expect(try guest.powerOff() == .exited(0))
    #expect(try testbed.links() == ["lo", "br0"])
  }
}
