import TestSupport
import Testing

/// A start that fails says so and leaves all as it was.
@Suite(
  .enabled(if: Privilege.isRoot, "namespaces need root"),
  .enabled(if: Binaries.exists(Binaries.tapster), "tapster is not built"))
struct FailedStartTests {
  private static let start = [Testbed.tapster, "net-start", "default"]

  /// One in so many of each kind of call, unless `TAPSTER_FULL_SWEEP=1` (see ``Sweep``).
  @Test(
    arguments: [
      ("sendmsg", "EPERM", 1), ("sendto", "EPERM", 1), ("openat", "EMFILE", 4),
      ("openat", "ENOSPC", 4), ("write", "ENOSPC", 1), ("rename", "EIO", 1), ("fsync", "EIO", 2),
      ("mkdir", "ENOSPC", 1), ("fchmod", "EPERM", 2), ("pipe2", "EMFILE", 1),
      ("socket", "EMFILE", 1), ("flock", "ENOLCK", 1), ("fcntl", "ENOLCK", 3),
    ])
  func whateverCallFails(call: String, error: String, stride: Int) throws {
    let bed = try NetworkTestbed()
    let before = try bed.everything()
    let all = try SystemCallPoint.all(
      of: Self.start, undo: [Testbed.tapster, "net-destroy", "default"], in: bed.testbed)
    let points = Sweep.sample(all.filter { $0.name == call }, stride: stride)
    for point in points {
      let (ended, trace) = try point.inject("error=\(error)", into: Self.start, in: bed.testbed)
      #expect(trace.contains("(INJECTED)"), "\(point)")
      // Without its arguments, which Swift reads from /proc, it shows help and succeeds.
      let isUnsaid = ended.error.contains("cannot write to standard output")
      if ended.succeeded || isUnsaid,
        bed.testbed.exists("/run/tapster/networks/default/applied")
      {
        // Something that it can do without, or its last word.
        let destroyed = try bed.tapster("net-destroy", "default")
        #expect(destroyed.succeeded, "\(point): \(ended) \(destroyed)")
      } else {
        #expect(!ended.error.isEmpty || ended.output.hasPrefix("OVERVIEW"), "\(point): \(ended)")
      }
      try bed.expectNoChange(since: before, "\(point): \(ended)")
    }
  }

  @Test(arguments: ["nft", "dnsmasq"])
  func aProgramThatIsMissing(program: String) throws {
    let bed = try NetworkTestbed()
    for other in ["nft", "dnsmasq"] where other != program {
      try bed.testbed.write(
        "/etc/some/\(other)", "#!/bin/sh\nexec /usr/sbin/\(other) \"$@\"\n", mode: 0o755)
    }
    let before = try bed.everything()
    let failed = try bed.testbed.run(Self.start, environment: ["PATH": "/etc/some"])
    #expect(failed.status == 1)
    #expect(failed.error.contains(program))
    try bed.expectNoChange(since: before)
  }

  @Test func aPortThatIsTaken() throws {
    let bed = try NetworkTestbed()
    try bed.testbed.output([
      "dnsmasq", "--conf-file=/dev/null", "--pid-file=/run/testbed/taken.pid", "--user=root",
      "--no-resolv", "--no-hosts",
    ])
    let before = try bed.everything()
    let failed = try bed.tapster("net-start", "default")
    #expect(failed.status == 1)
    #expect(failed.error.contains("192.168.122.1"), "\(failed)")
    #expect(failed.error.contains("in use"), "\(failed)")
    try bed.expectNoChange(since: before)
  }
}
