import Foundation
import TestSupport
import Testing

extension FaultTests {
  /// No room where files are kept.
  @Suite struct FullDiskTests {
    private static let places = ["/run/tapster", "/etc/tapster", "/var/lib/tapster"]

    /// A testbed with a small file system at `place`, and what fills it.
    private func bed(full place: String) throws -> (bed: NetworkTestbed, filler: String) {
      let bed = try NetworkTestbed()
      let aside = "\(Testbed.scratch)/aside"
      try bed.testbed.output([
        "sh", "-euc",
        """
        mkdir -p \(place)
        cp -a \(place) \(aside)
        mount -t tmpfs -o size=1m tmpfs \(place)
        cp -a \(aside)/. \(place)
        """,
      ])
      return (bed, "\(place)/filler")
    }

    /// Leaves `pages` pages of room.
    private func fill(_ filler: String, leaving pages: Int, in bed: NetworkTestbed) throws {
      try bed.testbed.output([
        "sh", "-euc",
        """
        cat /dev/zero >\(filler) 2>/dev/null || true
        truncate -s -$((\(pages) * 4096)) \(filler)
        """,
      ])
    }

    /// A start, an update or a definition for which there is no room leaves all as it was; a
    /// network that runs can be stopped; with room again everything works.
    @Test(arguments: places, 0...4)
    func noRoom(place: String, pages: Int) throws {
      let (bed, filler) = try bed(full: place)
      let update = [
        "net-update", "default", "add", "ip-dhcp-host",
        "<host mac='52:54:00:00:00:aa' ip='192.168.122.10'/>", "--live", "--config",
      ]
      let old = try bed.tapster("net-dumpxml", "default").checked().output
      try bed.testbed.write("\(Testbed.scratch)/new.xml", old.replacing("virbr0", with: "virbr5"))

      try fill(filler, leaving: pages, in: bed)
      let before = try bed.everything()
      let started = try bed.tapster("net-start", "default")
      if started.succeeded {
        try bed.tapster("net-destroy", "default").checked()
      } else {
        #expect(started.error.contains("No space left on device"), "\(started)")
      }
      try bed.expectNoChange(since: before, "\(started)")
      let defined = try bed.tapster("net-define", "\(Testbed.scratch)/new.xml")
      if !defined.succeeded {
        #expect(defined.error.contains("No space left on device"), "\(defined)")
        #expect(try bed.tapster("net-dumpxml", "default").checked().output == old)
      }
      try bed.expectNoChange(since: before, "\(defined)")

      try bed.testbed.output(["rm", filler])
      try bed.testbed.write("\(Testbed.scratch)/old.xml", old)
      try bed.tapster("net-define", "\(Testbed.scratch)/old.xml").checked()
      let empty = try bed.everything()
      try bed.tapster("net-start", "default").checked()
      let running = try bed.tapster("net-dumpxml", "default").checked().output
      try fill(filler, leaving: pages, in: bed)
      let during = try bed.everything()
      let updated = try bed.testbed.run([Testbed.tapster] + update)
      if !updated.succeeded {
        #expect(updated.error.contains("No space left on device"), "\(updated)")
        #expect(try bed.tapster("net-dumpxml", "default").checked().output == running)
        #expect(try bed.tapster("net-dumpxml", "default", "--inactive").checked().output == old)
        try bed.expectNoChange(since: during, "\(updated)")
      }
      try bed.tapster("net-destroy", "default").checked()
      try bed.testbed.output(["rm", filler])
      try bed.expectNoChange(since: empty)
      try bed.tapster("net-start", "default").checked()
      try bed.tapster("net-destroy", "default").checked()
      try bed.expectNoChange(since: empty)
    }
  }
}
