internal import CLinux

/// The name of a network interface that the kernel would accept and would not change.
///
/// 1 to 15 bytes (`IFNAMSIZ` less the NUL, `<linux/if.h>`), none of them `/`, `:`, `%`, white space
/// or a control byte, and neither `.` nor `..`. That is `dev_valid_name` of the kernel, and `%`
/// besides, which the kernel takes as a template for a number.
public struct InterfaceName: Equatable, Hashable, Sendable {
  /// The longest name, in bytes: 15.
  public static let maximumLength = Int(IFNAMSIZ) - 1

  /// The bytes of the name, without a NUL.
  public let bytes: [UInt8]

  /// Takes `bytes` as a name, or returns nil if the rule above forbids it.
  public init?(_ bytes: some Collection<UInt8>) {
    guard !bytes.isEmpty, bytes.count <= Self.maximumLength else { return nil }
    for byte in bytes where !Self.allows(byte) { return nil }
    let name = Array(bytes)
    if name == [UInt8(ascii: ".")] || name == [UInt8(ascii: "."), UInt8(ascii: ".")] { return nil }
    self.bytes = name
  }

  /// Whether a name may have `byte` in it.
  @inlinable
  public static func allows(_ byte: UInt8) -> Bool {
    switch byte {
    case 0...0x20, 0x7F, UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: "%"): false
    // isspace() of the kernel, which reads Latin-1, counts the no-break space.
    case 0xA0: false
    default: true
    }
  }

  /// Takes the UTF-8 of `text` as a name, or returns nil if the rule above forbids it.
  public init?(_ text: String) { self.init(text.utf8) }
}

extension InterfaceName: CustomStringConvertible {
  /// The name for people: bytes that are not printable ASCII are written `\xHH`.
  public var description: String { PrintableText.escape(bytes) }
}
