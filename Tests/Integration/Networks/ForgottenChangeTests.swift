import TestSupport
import Testing

/// A change of a running network that was killed between its two halves, and what an administrator
/// says of the definition before anybody has put that right.
@Suite(
  .enabled(if: Privilege.isRoot, "namespaces need root"),
  .enabled(if: Binaries.exists(Binaries.tapster), "tapster is not built"))
struct ForgottenChangeTests {
  private static let uuid = "6f3f4f0e-3a0e-4b8e-9a43-0c6f7d1f2b11"

  private static func xml(_ title: String) -> String {
    """
    <network><name>n</name><uuid>\(uuid)</uuid><title>\(title)</title><bridge name='br-n'/>
    </network>
    """
  }

  /// A network that runs, of which the change of the title to `killed` has not reached the
  /// definition.
  private static func testbed() throws -> Testbed {
    let testbed = try Testbed()
    try testbed.write("\(Testbed.scratch)/n.xml", xml("first"))
    try testbed.output([Testbed.tapster, "net-define", "\(Testbed.scratch)/n.xml"])
    try testbed.output([Testbed.tapster, "net-start", "n"])
    let change = [
      Testbed.tapster, "net-desc", "n", "--title", "--live", "--config", "--new-desc", "killed",
    ]
    let killed = try testbed.run(
      [
        "strace", "-o", "/dev/null", "-P", "/etc/tapster/networks/.n.xml.new", "-e", "trace=rename",
        "-e", "inject=rename:signal=KILL",
      ] + change)
    try #require(killed.ending == .signalled(9), "\(killed)")
    try #require(testbed.exists("/run/tapster/networks/n/next-definition.xml"))
    return testbed
  }

  @Test func whatIsDefinedAnewStays() throws {
    let testbed = try Self.testbed()
    try testbed.write("\(Testbed.scratch)/n.xml", Self.xml("second"))
    try testbed.output([Testbed.tapster, "net-define", "\(Testbed.scratch)/n.xml"])
    try testbed.output([Testbed.tapster, "net-destroy", "n"])
    let kept = try testbed.read("/etc/tapster/networks/n.xml")
    #expect(kept.contains("<title>second</title>"), "\(kept)")
  }

  @Test func whatIsUndefinedStaysAway() throws {
    let testbed = try Self.testbed()
    try testbed.output([Testbed.tapster, "net-undefine", "n"])
    try testbed.output([Testbed.tapster, "net-destroy", "n"])
    #expect(!testbed.exists("/etc/tapster/networks/n.xml"))
  }

  @Test func whatNobodyTouchedIsBroughtToItsEnd() throws {
    let testbed = try Self.testbed()
    try testbed.output([Testbed.tapster, "net-destroy", "n"])
    let kept = try testbed.read("/etc/tapster/networks/n.xml")
    #expect(kept.contains("<title>killed</title>"), "\(kept)")
  }
}
