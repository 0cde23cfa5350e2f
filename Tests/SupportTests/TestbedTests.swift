import Foundation
import Glibc
import TestSupport
import Testing

@Suite(.enabled(if: Privilege.isRoot, "namespaces need root"))
struct TestbedTests {
  @Test func seesNothingOfTheHost() throws {
    let testbed = try Testbed()
    #expect(try testbed.links() == ["lo"])
    #expect(
      try testbed.output(["ls", "/sys/class/net", "/etc/tapster", "/run/tapster"]).contains("lo"))
    try testbed.write("/etc/tapster/acl.conf", "allow all\n")
    #expect(try testbed.read("/etc/tapster/acl.conf") == "allow all\n")
    #expect(!FileManager.default.fileExists(atPath: "/etc/tapster/acl.conf"))
  }

  @Test func knowsTheUsersAndRunsAsThem() throws {
    let testbed = try Testbed()
    #expect(
      try testbed.output(["id"], as: .student)
        == "uid=1002(student) gid=1002(student) groups=1002(student),2000(students)\n")
    let status = try testbed.output(["cat", "/proc/self/status"], as: .build)
    for set in ["CapInh", "CapPrm", "CapEff", "CapAmb"] {
      #expect(status.contains("\(set):\t0000000000000000\n"))
    }
  }

  @Test(arguments: [UInt32(0o666), 0o600])
  func tunHasTheModeAskedFor(mode: UInt32) throws {
    let testbed = try Testbed(tunMode: mode)
    let opened = try testbed.run(["sh", "-c", "exec 3<>/dev/net/tun"], as: .build)
    #expect(opened.succeeded == (mode == 0o666), "\(opened)")
  }

  @Test func aSetuidProgramGetsRoot() throws {
    let testbed = try Testbed()
    try testbed.output(["install", "-m", "4755", "/bin/grep", "\(Testbed.directory)/bin/setuid"])
    var command = try testbed.command(
      ["\(Testbed.directory)/bin/setuid", "Uid", "/proc/self/status"], as: .build)
    #expect(try command.run().output == "Uid:\t1001\t0\t0\t0\n")
    command.noNewPrivileges = true
    #expect(try command.run().output == "Uid:\t1001\t1001\t1001\t1001\n")
  }

  @Test func otherHostsAreReachedOverTheirCable() throws {
    let testbed = try Testbed()
    try testbed.addHost("guest", port: "port0", address: "10.9.0.2/24", portAddress: "10.9.0.1/24")
    #expect(try testbed.links() == ["lo", "port0"])
    #expect(try testbed.links(on: "guest") == ["lo", "eth0"])
    try testbed.output(["busybox", "ping", "-c1", "-w5", "10.9.0.1"], on: "guest")
  }

  @Test func killsWhatIsLeftWhenItGoes() throws {
    var testbed: Testbed? = try Testbed()
    try testbed?.output(["sh", "-c", "setsid sleep 300 >/dev/null 2>&1 &"])
    let left = try #require(try testbed?.processes().first)
    let pidfd = try OpenDescriptor(process: left)
    testbed = nil
    #expect(try Deadline(after: .patience).awaitReadable(pidfd.rawValue))
  }

  @Test func aBridgeHelperIsCalledAsQEMUCallsIt() throws {
    let testbed = try Testbed()
    try testbed.output(["ip", "link", "add", "br0", "type", "bridge"])
    try testbed.write("/etc/qemu/bridge.conf", "allow br0\n")
    let granted = try testbed.requestTap(
      ["--use-vnet", "--br=br0"], helper: Testbed.qemuBridgeHelper)
    #expect(granted.isGrant(), "\(granted)")
    #expect(try granted.interfaceNames() == ["tap0"])
    #expect(try testbed.json(["ip", "-j", "link", "show", "tap0"])[0]["master"].string == "br0")
    try testbed.write("/etc/qemu/bridge.conf", "deny br0\n")
    let denied = try testbed.requestTap(["--br=br0"], helper: Testbed.qemuBridgeHelper)
    #expect(denied.isRefusal, "\(denied)")
  }
}
