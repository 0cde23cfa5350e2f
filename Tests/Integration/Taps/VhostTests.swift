import Foundation
import TestSupport
import Testing

/// vhost-net, which the machine that decides has not: in a guest whose kernel has it, and whose
/// devices are root's alone.
@Suite(.requiresGuests, .requiresTapster, .timeLimit(.minutes(20)))
struct VhostTests {
  /// Makes the guest a host: modules, the bridge that has 192.0.2.1, the list, and a user.
  private static let preparation = """
    mkdir -p /dev/net; while read -r module; do insmod /host/modules/$module.ko || exit; done \
    </host/modules/order; chmod 755 /; chmod 1777 /tmp; ip link add br0 type bridge; \
    ip addr add 192.0.2.1/24 dev br0; ip link set br0 up; \
    echo 'allow br0 user=build queues=2 vhost' >/etc/tapster/acl.conf; \
    ls -l /dev/net/tun /dev/vhost-net | cut -c 1-10
    """

  private let testbed: Testbed
  private let guest: Guest

  init() throws {
    testbed = try Testbed()
    let initramfs = "\(testbed.root)/run/host-initramfs"
    try Command([
      "\(Binaries.root)/Tests/Guest/build-host", initramfs, Binaries.helper, Binaries.tapster,
    ]).run().checked()
    guest = try Guest(on: testbed, initramfs: "/run/host-initramfs", memory: 512)
    let prepared = try guest.run(Self.preparation)
    #expect(prepared.lines == ["crw-------", "crw-------"], "\(prepared)")
  }

  /// Frames go through the kernel both ways, by each of two queues, for a user who can open neither
  /// device.
  @Test func anOrdinaryUsersDescriptorsWork() throws {
    let pinged = try guest.run(
      """
      mkfifo -m 666 /tmp/in; su build -c '/host/bin/tapster run --br=br0 --queues=2 --vhost -- \
      /host/bin/vhost-ping {fds} {vhostfds}' </tmp/in >/tmp/out 2>&1 & exec 9>/tmp/in; \
      n=0; until grep -q '1, 192' /tmp/out || [ $n = 60 ]; do n=$((n + 1)); sleep 1; done; \
      cat /tmp/out
      """)
    #expect(pinged.lines.filter { $0.contains("features") }.count == 2, "\(pinged)")
    #expect(
      pinged.lines.suffix(2) == [
        "sent by queue 0, 192.0.2.1 answers", "sent by queue 1, 192.0.2.1 answers",
      ], "\(pinged)")
    #expect(try guest.run("ps | grep -c '[v]host-[0-9]'").lines == ["2"], "a thread a queue")
    let listed = try guest.run("su build -c '/host/bin/tapster tap-list --json'")
    let tap = try JSON(parsing: listed.lines.joined(separator: "\n"))[0]
    #expect(tap["guests"].array == [.string("52:54:00:00:00:09")])
    #expect(tap["bytes-from-guest"].integer == 120, "two frames of 60 bytes")
    let left = try guest.run("exec 9>&-; wait; ls /sys/class/net")
    #expect(left.lines.joined(separator: " ") == "br0 lo", "\(left)")
  }

  /// QEMU, inside the guest, with what `tapster run` fills in: it says no word, and the kernel
  /// works for it.
  @Test func qemuTakesWhatIsFilledIn() throws {
    let shown = try guest.run(
      """
      printf 'info network\\nquit\\n' | su build -c '/host/bin/tapster run --br=br0 --queues=2 \
      --vhost --name=web -- qemu-system-x86_64 -S -accel tcg -M pc -m 32 -nodefaults \
      -display none -L /host/firmware -monitor stdio \
      -device virtio-net-pci,romfile=,netdev=tapster0,mac={mac},mq=on,vectors=6'
      """)
    #expect(shown.status == 0, "\(shown)")
    for queue in 0...1 {
      #expect(
        shown.lines.contains { $0.contains("tapster0: index=\(queue),type=tap,fd=") }, "\(shown)")
    }
    #expect(!shown.lines.contains { $0.contains("vhost-net") }, "\(shown)")
  }
}
