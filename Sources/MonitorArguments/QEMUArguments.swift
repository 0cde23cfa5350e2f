/// How QEMU is told of taps (`man 1 qemu-system-x86_64`, `-netdev tap` and `-device`).
enum QEMUArguments {
  /// Whether a program of that name is QEMU.
  static func isQEMU(_ name: String) -> Bool {
    name.hasPrefix("qemu-system-") || name == "qemu-kvm" || name == "kvm"
  }

  /// `-netdev` for the descriptors of a tap, and the card at it.
  static func arguments(for tap: OpenedTap, id: String, withDevice: Bool) -> [String] {
    func list(_ numbers: [Int32], _ key: String) -> String {
      ",\(key)\(numbers.count > 1 ? "s" : "")=" + numbers.map { String($0) }.joined(separator: ":")
    }
    var netdev = "tap,id=\(id)" + list(tap.descriptors, "fd")
    if !tap.vhosts.isEmpty { netdev += ",vhost=on" + list(tap.vhosts, "vhostfd") }
    guard withDevice else { return ["-netdev", netdev] }
    var device = "virtio-net-pci,netdev=\(id),mac=\(tap.address)"
    let queues = tap.descriptors.count
    // An interrupt for each direction of each queue, one for the configuration and one for the
    // control queue.
    if queues > 1 { device += ",mq=on,vectors=\(2 * queues + 2)" }
    return ["-netdev", netdev, "-device", device]
  }

  /// The ids of the command's own `-netdev`s.
  static func netdevs(in arguments: [String]) -> Set<String> {
    Set(values(of: "netdev", in: arguments).compactMap { member("id", of: $0) })
  }

  /// Whether the command has a `-device` at the `-netdev` called `id`.
  static func hasDevice(for id: String, in arguments: [String]) -> Bool {
    values(of: "device", in: arguments).contains { member("netdev", of: $0) == id }
  }

  /// The words behind `-option` and `--option`, which are the same to QEMU.
  private static func values(of option: String, in arguments: [String]) -> [String] {
    zip(arguments, arguments.dropFirst()).compactMap { word, value in
      word == "-\(option)" || word == "--\(option)" ? value : nil
    }
  }

  /// The value of `key` in `driver,key=value,…` or `{"key": "value", …}`.
  private static func member(_ key: String, of text: String) -> String? {
    if text.hasPrefix("{") {
      var parts = text.split(separator: "\"", omittingEmptySubsequences: false)[...]
      while let at = parts.firstIndex(of: Substring(key)) {
        parts = parts[(at + 1)...]
        if let between = parts.first, between.allSatisfy({ $0 == ":" || $0.isWhitespace }),
          between.contains(":")
        {
          return parts.dropFirst().first.map { String($0) }
        }
      }
      return nil
    }
    let prefix = "\(key)="
    return text.split(separator: ",").first { $0.hasPrefix(prefix) }
      .map { String($0.dropFirst(prefix.count)) }
  }
}
