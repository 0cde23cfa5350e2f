import TestSupport
import Testing

/// libvirt of an unprivileged user (`qemu:///session`) with a guest on `<interface type='bridge'>`:
/// it runs the bridge helper it was compiled for, and ours lies in that place.
@Suite(.requiresGuests, .requiresLibvirt, .timeLimit(.minutes(20)))
struct LibvirtSessionTests {
  @Test func aGuestIsOnItsBridge() throws {
    let session = try Session(acl: "allow br0 user=build\n")
    let created = try session.virsh("create", Session.definition)
    #expect(created.succeeded, "\(created)")

    let port = try #require(try session.bridge.ports().first)
    let interfaces = try session.virsh("domiflist", "guest").output
    #expect(interfaces.contains(port))
    let lease = try session.bridge.testbed.run(
      ["sh", "-c", Session.awaitLease], timeout: .patienceWithGuests)
    #expect(lease.succeeded, "\(lease)")

    let destroyed = try session.virsh("destroy", "guest")
    #expect(destroyed.succeeded, "\(destroyed)")
    #expect(try session.bridge.ports() == [])
  }

  @Test func aRefusalIsInLibvirtsOwnError() throws {
    let session = try Session(acl: "allow all\ndeny br0\n")
    let created = try session.virsh("create", Session.definition)
    #expect(created.status == 1, "\(created)")
    let told = "stderr=tapster-helper: user 'build' (uid 1001) may not use bridge 'br0'"
    #expect(created.error.contains(told), "\(created)")
    #expect(created.error.contains("/etc/tapster/acl.conf:2"), "\(created)")
    #expect(try session.bridge.ports() == [])
  }

  /// The user `build`, his libvirt, and a definition of a guest that asks for a lease by itself.
  private struct Session {
    static let directory = "\(Testbed.scratch)/build"
    static let definition = "\(directory)/guest.xml"
    /// Follows dnsmasq's lease file until the guest's address is in it.
    static let awaitLease =
      "timeout 200 tail -n +1 -f /run/dnsmasq.leases | grep -q -m 1 52:54:00:00:00:07"

    let bridge: BridgeWithDHCP

    init(acl: String) throws {
      bridge = try BridgeWithDHCP(acl: acl)
      let testbed = bridge.testbed
      try testbed.output([
        "install", "-d", "-m", "700", "-o", "build", "-g", "build", Self.directory,
      ])
      try testbed.output(["mount", "--bind", Testbed.helper, Binaries.qemuBridgeHelper])
      try testbed.write(
        Self.definition,
        """
        <domain type='qemu'>
          <name>guest</name>
          <memory unit='MiB'>128</memory>
          <os>
            <type arch='x86_64' machine='q35'>hvm</type>
            <kernel>\(Testbed.directory)/guest/vmlinuz</kernel>
            <initrd>\(Testbed.directory)/guest/initramfs</initrd>
            <cmdline>console=ttyS0 quiet loglevel=1 run=dhcp</cmdline>
          </os>
          <cpu mode='maximum'/>
          <devices>
            <emulator>/usr/bin/qemu-system-x86_64</emulator>
            <interface type='bridge'>
              <mac address='52:54:00:00:00:07'/>
              <source bridge='br0'/>
              <model type='virtio'/>
            </interface>
            <serial type='file'><source path='\(Self.directory)/console'/></serial>
            <memballoon model='none'/>
          </devices>
        </domain>
        """, owner: .build)
    }

    func virsh(_ arguments: String...) throws -> Completed {
      try bridge.testbed.run(
        ["virsh", "-q", "-c", "qemu:///session"] + arguments, as: .build,
        environment: ["HOME": Self.directory, "XDG_RUNTIME_DIR": Self.directory],
        timeout: .patienceWithGuests)
    }
  }
}
