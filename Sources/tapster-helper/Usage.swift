/// What the program says about itself.
enum Usage {
  static let line = "tapster-helper [--use-vnet] --br=BRIDGE --fd=FD [OPTION...]"
  static let version = "tapster-helper 0.1.0\n"
  static let text = """
    Usage: \(line)
           tapster-helper --persist --br=BRIDGE [OPTION...]
           tapster-helper --remove --name=IFNAME
           tapster-helper --check --br=BRIDGE [OPTION...]
           tapster-helper --serve

    Make a tap, put it on BRIDGE, and send its descriptor through the AF_UNIX socket
    behind descriptor FD, if /etc/tapster/acl.conf allows it. QEMU and libvirt run
    this program as they run qemu-bridge-helper:

      qemu-system-x86_64 -netdev bridge,id=n0,br=virbr0,helper=/path/to/tapster-helper

    Options:
      --br=BRIDGE     the bridge, by its name or an alternative name
      --fd=FD         the number of a connected AF_UNIX socket, above 2
      --use-vnet      put a virtio header in front of each frame
      --queues=N      make a tap of N queues and send N descriptors in one message
      --vhost         send as many descriptors of /dev/vhost-net after them
      --name=IFNAME   give the tap IFNAME as a further name
      --persist       make a tap that stays, for programs that open it by its name,
                      which is printed; no --fd
      --remove        remove your persistent tap IFNAME
      --check         say what would be decided and by which rule; make nothing
      --serve         be the broker, which grants taps over /run/tapster/broker.sock
                      to callers for whom set-user-ID has no effect; root only
      --version       print the version
      --help          print this

    Exit status: 0 success, 64 usage, 69 no such bridge or no /dev/net/tun,
    77 not permitted, 78 access control list broken, 70 anything else.

    man 8 tapster-helper, man 5 tapster-acl.conf

    """
}
