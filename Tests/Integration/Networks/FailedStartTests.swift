import TestSupport
import Testing

/// A command that fails says so, and a start leaves all as it was.
extension FaultTests {
  @Suite struct FailedStartTests {
    private static let start = [Testbed.tapster, "net-start", "default"]

    /// What may fail, and how.
    private static let errors = [
      ("sendmsg", "EPERM"), ("sendto", "EPERM"), ("recvmsg", "ENOBUFS"), ("recvfrom", "ENOBUFS"),
      ("openat", "EMFILE"), ("openat", "ENOSPC"), ("write", "ENOSPC"), ("rename", "EIO"),
      ("fsync", "EIO"), ("mkdir", "ENOSPC"), ("symlink", "ENOSPC"), ("fchmod", "EPERM"),
      ("pipe2", "EMFILE"), ("memfd_create", "EMFILE"), ("socket", "EMFILE"), ("flock", "ENOLCK"),
      ("fcntl", "ENOLCK"), ("clone3", "EAGAIN"), ("unlink", "EIO"), ("rmdir", "EIO"),
    ]

    @Test(arguments: SweptCommand.all)
    func whateverCallFails(_ swept: SweptCommand) throws {
      let points = try SystemCallPoint.all(of: swept)
      let faults: [Fault] = Self.errors.flatMap { call, error in
        points.filter { $0.name == call }.map { .failed($0, error) }
      }
      let report = FaultSweep.run(swept, Sweep.sample(faults, stride: swept.errorStride))
      try Sweep.note("\(swept.name) with a call that fails", report, of: faults.count)
      #expect(report.problems == [])
      #expect(report.tried > 0)
      #expect(report.hit * 10 > report.tried * 8)
    }

    /// What the program whose place a script takes would have done.
    private static let work = #"(exec -a ${0##*/} /usr/sbin/${0##*/} "$@")"#

    /// nft and dnsmasq fail or are killed: before their work, or after it.
    /// One way in so many, where several networks start.
    @Test(arguments: [(SweptCommand.start, 1), (.destroy, 1), (.startAll, 4)])
    func whateverProgramFails(_ swept: SweptCommand, stride: Int) throws {
      let ways = [
        "echo no luck >&2; exit 3", "kill -KILL $$", "\(Self.work); exit 3",
        "\(Self.work); kill -KILL $$",
      ]
      let faults: [Fault] = ["nft", "dnsmasq"].flatMap { program in
        (1...3).flatMap { run in ways.map { .program(program, run: run, instead: $0) } }
      }
      let report = FaultSweep.run(swept, Sweep.sample(faults, stride: stride))
      try Sweep.note("\(swept.name) with a program that fails", report, of: faults.count)
      #expect(report.problems == [])
      #expect(report.hit > 0)
    }

    /// nft is killed at each of its own system calls.
    @Test func whereverNftIsKilled() throws {
      let bed = try NetworkTestbed()
      let trace = "\(Testbed.scratch)/nft-trace"
      try bed.testbed.write(
        "\(Testbed.scratch)/traced/nft",
        "#!/bin/sh\nexec strace -o \(trace) /usr/sbin/nft \"$@\"\n",
        mode: 0o755)
      try bed.testbed.run(
        Self.start, environment: ["PATH": "\(Testbed.scratch)/traced:/usr/sbin:/usr/bin:/sbin:/bin"]
      ).checked()
      let points = SystemCallPoint.all(inTrace: try bed.testbed.read(trace))
      let tried = Sweep.sample(points, stride: 9)
      let report = FaultSweep.run(
        .start,
        tried.map {
          .program(
            "nft", run: 1,
            instead: "exec strace -o /dev/null"
              + " -e inject=\($0.name):signal=KILL:when=\($0.occurrence) nft \"$@\"")
        })
      try Sweep.note("net-start with nft killed", report, of: points.count)
      #expect(report.problems == [])
      #expect(report.hit == report.tried && report.tried > 5)
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
}
