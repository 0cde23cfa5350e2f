public import LinuxTypes

/// One tap that a virtual machine monitor is to have, as `--br=` says it.
///
/// `BRIDGE[,queues=N][,vhost][,mac=ADDRESS][,id=ID][,name=IFNAME]`. A bridge whose name has a comma
/// in it cannot be said so.
public struct TapWish: Equatable, Sendable {
  /// The most queues that a tap can have: with vhost, twice as many descriptors are in one message.
  public static let maximumQueues: UInt32 = 126

  /// The bridge.
  public let bridge: InterfaceName
  /// How many queues, 1 to 126.
  public let queues: Int
  /// Whether as many descriptors of vhost-net are wanted.
  public let vhost: Bool
  /// The address of the guest's card, if one was said.
  public let address: MACAddress?
  /// What the monitor calls the tap, if that was said (QEMU: the `id` of `-netdev`).
  public let id: String?
  /// The name that the monitor opens the tap by, if one was said.
  public let name: InterfaceName?

  /// Reads the value of `--br`. `queues` and `vhost` count where it says nothing of them. Throws
  /// what is wrong with it.
  public init(_ text: String, queues: Int = 1, vhost: Bool = false) throws(MonitorArgumentsError) {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { String($0) }
    guard let bridge = InterfaceName(parts[0]) else { throw .badBridge(parts[0]) }
    var said: [String: String] = [:]
    for part in parts.dropFirst() {
      let equals = part.firstIndex(of: "=")
      let key = String(part[..<(equals ?? part.endIndex)])
      let value = equals.map { String(part[part.index(after: $0)...]) }
      guard ["queues", "vhost", "mac", "id", "name"].contains(key),
        (value == nil) == (key == "vhost"),
        said.updateValue(value ?? "", forKey: key) == nil
      else { throw .badBridgeOption(part, bridge: bridge) }
    }

    self.bridge = bridge
    self.vhost = vhost || said["vhost"] != nil
    if let text = said["queues"] {
      guard let number = DecimalNumber.parse(text.utf8, maximum: Self.maximumQueues), number > 0
      else { throw .badBridgeOption("queues=\(text)", bridge: bridge) }
      self.queues = Int(number)
    } else {
      self.queues = queues
    }
    address = try Self.read(said, "mac", bridge) { text in
      MACAddress(text).flatMap { $0.isMulticast || $0.bytes == Self.noAddress ? nil : $0 }
    }
    name = try Self.read(said, "name", bridge) { InterfaceName($0) }
    id = try Self.read(said, "id", bridge) { Self.isIdentifier($0) ? $0 : nil }
  }

  private static let noAddress = [UInt8](repeating: 0, count: 6)

  private static func read<Value>(
    _ said: [String: String], _ key: String, _ bridge: InterfaceName, as make: (String) -> Value?
  ) throws(MonitorArgumentsError) -> Value? {
    guard let text = said[key] else { return nil }
    guard let value = make(text) else { throw .badBridgeOption("\(key)=\(text)", bridge: bridge) }
    return value
  }

  /// A letter, then letters, digits, `-`, `.` and `_`: what QEMU takes for an `id`.
  private static func isIdentifier(_ text: String) -> Bool {
    func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") < 26 }
    guard let first = text.utf8.first, isLetter(first) else { return false }
    return text.utf8.allSatisfy {
      isLetter($0) || $0 &- UInt8(ascii: "0") < 10 || "-._".utf8.contains($0)
    }
  }
}
