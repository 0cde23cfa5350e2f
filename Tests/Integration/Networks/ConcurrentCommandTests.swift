import Foundation
import TestSupport
import Testing

extension FaultTests {
  /// Many commands at once: each does its work or says why not, and none waits for ever.
  @Suite struct ConcurrentCommandTests {
    /// Starts all at once, and waits for all.
    private func race(
      _ commands: [[String]], in bed: NetworkTestbed
    ) throws -> [(command: [String], ending: Ending)] {
      let running = try commands.map { try bed.testbed.spawn([Testbed.tapster] + $0) }
      return try zip(commands, running).map { ($0, try $1.wait(timeout: .seconds(120))) }
    }

    @Test func startsAndStopsOfOneNetwork() throws {
      let bed = try NetworkTestbed()
      let before = try bed.everything()
      let starts = Array(repeating: ["net-start", "default"], count: 20)
      let started = try race(starts, in: bed)
      #expect(started.count { $0.ending == .exited(0) } == 1)
      #expect(started.count { $0.ending == .exited(1) } == 19)
      let stops = Array(repeating: ["net-destroy", "default"], count: 20)
      #expect(try race(stops, in: bed).count { $0.ending == .exited(0) } == 1)
      try bed.expectNoChange(since: before)

      let mixed = try race((0..<10).flatMap { [starts[$0], stops[$0]] }, in: bed)
      let begun = mixed.count { $0.command == starts[0] && $0.ending == .exited(0) }
      let ended = mixed.count { $0.command == stops[0] && $0.ending == .exited(0) }
      // They take turns, beginning with a start.
      #expect((0...1).contains(begun - ended), "\(begun) started, \(ended) stopped")
      #expect(begun > 0)
      let isActive = try bed.tapster("net-list").output.contains("default")
      #expect(isActive == (begun > ended))
      if isActive { try bed.tapster("net-destroy", "default").checked() }
      try bed.expectNoChange(since: before)
    }

    /// The first makes the firewall's table, the last takes it away, and forwarding with it.
    @Test func startsAndStopsOfManyNetworks() throws {
      let bed = try NetworkTestbed()
      let names = (1...20).map { "n\($0)" }
      for (index, name) in names.enumerated() {
        try bed.testbed.write(
          "/etc/tapster/networks/\(name).xml",
          """
          <network>
            <name>\(name)</name>
            <forward mode='nat'/>
            <bridge name='race\(index)'/>
            <ip address='10.9.\(index).1' prefix='24'>
              <dhcp><range start='10.9.\(index).2' end='10.9.\(index).99'/></dhcp>
            </ip>
          </network>

          """)
      }
      let before = try bed.everything()
      for _ in 1...3 {
        let started = try race(names.map { ["net-start", $0] }, in: bed)
        #expect(started.allSatisfy { $0.ending == .exited(0) }, "\(started)")
        let rules = try bed.testbed.output(["nft", "list", "map", "inet", "tapster", "to_guests"])
        for index in names.indices { #expect(rules.contains("\"race\(index)\"")) }
        let half = try race(
          names.prefix(10).map { ["net-destroy", $0] }
            + names.suffix(10).map { ["net-start", $0] }, in: bed)
        #expect(half.prefix(10).allSatisfy { $0.ending == .exited(0) }, "\(half)")
        #expect(half.suffix(10).allSatisfy { $0.ending == .exited(1) }, "\(half)")
        let swapped = try race(
          names.prefix(10).map { ["net-start", $0] }
            + names.suffix(10).map { ["net-destroy", $0] }, in: bed)
        #expect(swapped.allSatisfy { $0.ending == .exited(0) }, "\(swapped)")
        let stopped = try race(names.prefix(10).map { ["net-destroy", $0] }, in: bed)
        #expect(stopped.allSatisfy { $0.ending == .exited(0) }, "\(stopped)")
        try bed.expectNoChange(since: before)
      }
    }

    /// Of those that claim one bridge or one UUID, one gets it.
    @Test func definitions() throws {
      let bed = try NetworkTestbed()
      for number in 1...20 {
        try bed.testbed.write(
          "\(Testbed.scratch)/own\(number).xml", "<network><name>own\(number)</name></network>\n")
        try bed.testbed.write(
          "\(Testbed.scratch)/shared\(number).xml",
          "<network><name>shared\(number)</name><bridge name='one'/></network>\n")
      }
      let own = try race(
        (1...20).map { ["net-define", "\(Testbed.scratch)/own\($0).xml"] }, in: bed)
      #expect(own.allSatisfy { $0.ending == .exited(0) }, "\(own)")
      let bridges = try (1...20).map { number in
        try bed.tapster("net-dumpxml", "own\(number)").checked().output
          .split(separator: "\n").first { $0.contains("<bridge ") }.map { String($0) }
      }
      #expect(Set(bridges).count == 20, "\(bridges)")
      let shared = try race(
        (1...20).map { ["net-define", "\(Testbed.scratch)/shared\($0).xml"] }, in: bed)
      #expect(shared.count { $0.ending == .exited(0) } == 1, "\(shared)")
      let left = try bed.files().map(\.path)
      #expect(!left.contains { $0.hasSuffix(".new") || $0.hasPrefix("/run/tapster") }, "\(left)")
    }
  }
}
