import Foundation
import TestSupport
import Testing

/// `net-start --all`: many networks, one transaction.
@Suite(
  .enabled(if: Privilege.isRoot, "namespaces need root"),
  .enabled(if: Binaries.exists(Binaries.tapster), "tapster is not built"))
struct StartAllTests {
  private func bed(of count: Int) throws -> NetworkTestbed {
    let bed = try NetworkTestbed()
    for number in 1...count {
      try bed.testbed.write(
        "/etc/tapster/networks/net\(number).xml",
        "<network><name>net\(number)</name><forward mode='nat'/><bridge name='many\(number)'/>"
          + "<ip address='10.9.\(number).1' prefix='24'><dhcp>"
          + "<range start='10.9.\(number).2' end='10.9.\(number).99'/></dhcp></ip></network>\n")
    }
    return bed
  }

  private func active(_ bed: NetworkTestbed) throws -> Set<String> {
    let lines = try bed.tapster("net-list").checked().output.split(separator: "\n").dropFirst(2)
    return Set(lines.compactMap { $0.split(separator: " ").first.map { String($0) } })
  }

  @Test func allStartAndServe() throws {
    let bed = try bed(of: 12)
    let before = try bed.everything()
    let trace = "\(Testbed.scratch)/trace"
    let started = try bed.testbed.run([
      "strace", "-o", trace, "-e", "trace=vfork,clone,clone3", Testbed.tapster, "net-start",
      "--all",
    ]).checked()
    #expect(started.output.contains("Network net7 started"))
    let names = Set((1...12).map { "net\($0)" } + ["default"])
    #expect(try active(bed) == names)
    // A dnsmasq for each, and nft once.
    let children = try bed.testbed.read(trace).split(separator: "\n").filter { $0.contains(" = ") }
    #expect(children.count == names.count + 1, "\(children)")
    let sockets = try bed.testbed.output(["ss", "-Hlnu"])
    for number in 1...12 { #expect(sockets.contains("10.9.\(number).1:53")) }
    for name in names { try bed.tapster("net-destroy", name).checked() }
    try bed.expectNoChange(since: before)
  }

  @Test func oneThatFailsDoesNotStopTheOthers() throws {
    let bed = try bed(of: 4)
    // One whose bridge is there, one whose block is another's, one that cannot be read.
    try bed.testbed.output(["ip", "link", "add", "many2", "type", "bridge"])
    try bed.testbed.write(
      "/etc/tapster/networks/net3b.xml",
      "<network><name>net3b</name><bridge name='many3b'/><ip address='10.9.3.9' prefix='25'/>"
        + "</network>\n")
    try bed.testbed.write("/etc/tapster/networks/broken.xml", "<network><name>broken</name>\n")
    let ended = try bed.tapster("net-start", "--all")
    #expect(ended.status == 1)
    #expect(ended.error.contains("net2") && ended.error.contains("many2"), "\(ended)")
    #expect(ended.error.contains("net3b") && ended.error.contains("10.9.3.0/24"), "\(ended)")
    #expect(ended.error.contains("broken.xml:"), "\(ended)")
    #expect(try active(bed) == ["default", "net1", "net3", "net4"])
  }

  @Test func rulesThatNftRefusesStopOnlyTheirNetwork() throws {
    let bed = try bed(of: 3)
    // nft is asked for all at once, refuses, and is then asked for one at a time.
    try bed.testbed.write(
      "/etc/failing/nft",
      """
      #!/bin/sh
      cat >/run/testbed/scratch/rules
      if grep -q many2 /run/testbed/scratch/rules; then echo no luck >&2; exit 1; fi
      exec /usr/sbin/nft "$@" </run/testbed/scratch/rules

      """, mode: 0o755)
    let ended = try bed.testbed.run(
      [Testbed.tapster, "net-start", "--all"],
      environment: ["PATH": "/etc/failing:/usr/sbin:/usr/bin:/sbin:/bin"])
    #expect(ended.status == 1)
    #expect(try active(bed) == ["default", "net1", "net3"], "\(ended)")
    #expect(try !bed.testbed.links().contains("many2"))
  }

  /// An answer of the kernel's that was not read is not taken for that to the next request: of what
  /// runs in the end, each bridge has its own address and no other, and the rest has none. One
  /// answer too many has others left unread, so that with the fourth network it is for the third.
  @Test func answersThatWereNotReadAnswerNothingElse() throws {
    let bed = try bed(of: 4)
    for number in 1...4 {
      try bed.testbed.write(
        "/etc/tapster/networks/net\(number).xml",
        "<network><name>net\(number)</name><bridge name='many\(number)'/><dns enable='no'/>"
          + "<ip address='10.9.\(number).1' prefix='24'/></network>\n")
    }
    try bed.testbed.output(["rm", "/etc/tapster/networks/default.xml"])
    let command = [Testbed.tapster, "net-start", "--all"]
    let trace = "\(Testbed.scratch)/trace"
    try bed.testbed.output(["strace", "-o", trace] + command)
    let points = SystemCallPoint.all(inTrace: try bed.testbed.read(trace)).filter {
      $0.name == "recvmsg"
    }
    #expect(points.count > 20, "\(points.count)")
    var failures = 0
    for point in points {
      for name in try active(bed) { try bed.tapster("net-destroy", name).checked() }
      let (ended, trace) = try point.inject("error=ENOBUFS", into: command, in: bed.testbed)
      guard trace.contains("(INJECTED)") else { continue }
      let active = try active(bed)
      #expect((ended.status == 0) == (active.count == 4), "\(point): \(ended)")
      if ended.status != 0 { failures += 1 }
      let all = try bed.testbed.json(["ip", "-j", "address"]).array
      for number in 1...4 {
        let links = all.filter { $0["ifname"].string == "many\(number)" }
        let addresses = links.flatMap { $0["addr_info"].array }
          .filter { $0["family"].string == "inet" }.map { $0["local"].string ?? "" }
        #expect(
          addresses == (active.contains("net\(number)") ? ["10.9.\(number).1"] : []),
          "\(point): \(ended)")
      }
    }
    #expect(failures > 10, "\(failures) of \(points.count)")
  }

  @Test func onlyTheAutostartedOnesIfAsked() throws {
    let bed = try bed(of: 2)
    try bed.tapster("net-autostart", "net2").checked()
    try bed.tapster("net-start", "--all", "--autostart").checked()
    #expect(try active(bed) == ["net2"])
  }
}
