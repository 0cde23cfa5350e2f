import Foundation
import TestSupport
import Testing

/// What people who are not root can do to the commands that root runs.
@Suite(
  .enabled(if: Privilege.isRoot, "namespaces need root"),
  .enabled(if: Binaries.exists(Binaries.tapster), "tapster is not built"))
struct OtherPeoplesProcessesTests {
  /// A network without a dnsmasq, whose stop looks for one among all processes.
  private static let xml = """
    <network><name>plain</name><bridge name='br-plain'/></network>
    """

  @Test func aProcessDressedUpAsOurDnsmasqIsNotWaitedFor() throws {
    let testbed = try Testbed()
    try testbed.write("\(Testbed.scratch)/plain.xml", Self.xml)
    try testbed.output([Testbed.tapster, "net-define", "\(Testbed.scratch)/plain.xml"])
    try testbed.output([Testbed.tapster, "net-start", "plain"])
    let arguments = "--conf-file=/run/tapster/networks/plain/dnsmasq.conf"
    // It writes them over its own.
    let program = """
      $SIG{TERM} = 'IGNORE';
      open S, '<', '/proc/self/stat'; $_ = <S>; s/.*\\) //;
      open M, '+<', '/proc/self/mem' or die; sysseek M, (split)[45], 0;
      syswrite M, qq(dnsmasq\\0\(arguments)\\0) or die; syswrite STDOUT, qq(ready\\n); sleep;
      """
    let (read, write) = try OpenDescriptor.pipe()
    let said = try LineStream(reading: read)
    var command = try testbed.command(["perl", "-e", program], as: .stranger)
    command.descriptors[1] = write
    let other = try command.start()
    write.close()
    try #require(try said.lines(within: .patience) { $0 == "ready" } != nil)
    let seen = try String(contentsOfFile: "/proc/\(other.process)/cmdline", encoding: .utf8)
    try #require(seen.hasPrefix("dnsmasq\0\(arguments)\0"), "\(seen)")
    try testbed.output([Testbed.tapster, "net-destroy", "plain"])
    #expect(try testbed.processes().contains(other.process), "it was killed")
  }
}
