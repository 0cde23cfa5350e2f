import Foundation
import TestSupport
import Testing

/// SIGKILL at every system call; one in so many, unless `TAPSTER_FULL_SWEEP=1` (see ``Sweep``).
extension FaultTests {
  @Suite struct KilledCommandTests {
    @Test(arguments: SweptCommand.all)
    func whatAKilledCommandLeavesIsPutRight(_ swept: SweptCommand) throws {
      let points = try SystemCallPoint.all(of: swept)
      // Of a short command more, so that some are behind the change that it makes.
      let tried = Sweep.sample(
        points, stride: swept.killStride ?? min(7, max(1, points.count / 60)))
      let report = FaultSweep.run(swept, tried.map { .killed($0) })
      try Sweep.note("\(swept.name) killed", report, of: points.count)
      #expect(report.problems == [])
      #expect(report.tried > 7)
      #expect(report.hit * 10 > report.tried * 8)
      #expect(report.traceless < report.tried, "nothing was ever begun")
    }

    /// nft, dnsmasq and whatever else is at work are killed with it.
    @Test(arguments: [SweptCommand.start, .destroy, .startAllRepaired, .repairAll])
    func whatIsLeftWhenAllProgramsAreKilledIsPutRight(_ swept: SweptCommand) throws {
      let points = try SystemCallPoint.all(of: swept)
      let tried = Sweep.sample(points, stride: 3 * (swept.killStride ?? 7))
      let report = FaultSweep.run(swept, tried.map { .allKilled($0) })
      try Sweep.note("\(swept.name) killed with all it started", report, of: points.count)
      #expect(report.problems == [])
      #expect(report.hit * 10 > report.tried * 8)
    }

    /// The dnsmasq that a killed start leaves gives back the lock as it begins, and then forks
    /// twice. Whoever waited for the lock must find the last of the three.
    @Test func aDnsmasqIsFoundWhileItForks() throws {
      let bed = try NetworkTestbed()
      let before = try bed.everything()
      // It goes on when somebody waits for the lock that its parent left it.
      try bed.testbed.write(
        "\(Testbed.scratch)/late/dnsmasq",
        """
        #!/bin/bash
        lock=$(stat -c %i /run/tapster/locks/network-default)
        until grep -q -e "-> .*:$lock " /proc/locks; do sleep 0.01; done
        exec -a dnsmasq /usr/sbin/dnsmasq "$@"

        """, mode: 0o755)
      let killed = try bed.testbed.run(
        [
          "strace", "-o", "/dev/null", "-e", "inject=lseek:signal=KILL:when=2", Testbed.tapster,
          "net-start", "default",
        ], environment: ["PATH": "\(Testbed.scratch)/late:/usr/sbin:/usr/bin:/sbin:/bin"])
      #expect(killed.wasKilled)
      #expect(try bed.testbed.processes().count > 0, "dnsmasq does not wait")
      // Slow between the list of all processes and the look at the first of them.
      try bed.testbed.output([
        "strace", "-o", "/dev/null", "-e", "inject=pidfd_open:delay_enter=300000:when=1",
        Testbed.tapster, "net-destroy", "default",
      ])
      try bed.expectNoChange(since: before)
    }
  }
}
