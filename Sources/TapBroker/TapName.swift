public import LinuxTypes

/// The names of the taps that we make: `tap<user>-<bridge's index>-<slot>`.
///
/// User and index are in base 36; the slot is decimal and is the lowest one free, for the kernel
/// gives it out. So the kernel counts a caller's taps on a bridge, under its own lock, and the
/// quota needs neither a file nor a lock of ours. Where that would not fit into 15 bytes, the name
/// starts with `T` instead of `tap`.
public struct TapName: Equatable, Sendable {
  /// The name with `%d` for the slot, as TUNSETIFF takes it: at most 15 bytes.
  public let template: [UInt8]

  /// The template for taps of `user` on `bridge`, or nil if even the short form does not fit.
  public init?(user: UserID, bridge: InterfaceIndex) {
    let numbers =
      Self.base36(user.rawValue) + [UInt8(ascii: "-")]
      + Self.base36(UInt32(bitPattern: bridge.rawValue))
    for prefix in ["tap", "T"] {
      let template = Array(prefix.utf8) + numbers + Array("-%d".utf8)
      if template.count <= InterfaceName.maximumLength {
        self.template = template
        return
      }
    }
    return nil
  }

  /// How many slots the kernel can write into 15 bytes: 100 with room for two digits.
  public var capacity: UInt32 {
    var capacity: UInt32 = 1
    for _ in (template.count - 2)..<InterfaceName.maximumLength where capacity < 1_000_000 {
      capacity *= 10
    }
    return capacity
  }

  /// The slot of `name`, 0 or more, or nil if it is not made from this template.
  public func slot(of name: [UInt8]) -> UInt32? {
    let prefix = template.dropLast(2)
    guard name.starts(with: prefix) else { return nil }
    return DecimalNumber.parse(name.dropFirst(prefix.count))
  }

  /// The user whom `name` is of, or nil if it is no name that this type makes.
  public static func user(of name: [UInt8]) -> UserID? {
    let parts = name.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard parts.count == 3,
      let prefix = ["tap", "T"].first(where: { parts[0].starts(with: $0.utf8) }),
      let user = number(parts[0].dropFirst(prefix.utf8.count)).flatMap({ UserID($0) }),
      let index = number(parts[1]).flatMap({ InterfaceIndex(Int32(bitPattern: $0)) }),
      // Each user, bridge and slot has one name: this says that it is that one.
      TapName(user: user, bridge: index)?.slot(of: name) != nil
    else { return nil }
    return user
  }

  /// Whether nobody but us may give `name`: it could be a tap's of ours.
  public static func isReserved(_ name: InterfaceName) -> Bool {
    let bytes = name.bytes
    return bytes.contains(UInt8(ascii: "-"))
      && (bytes.starts(with: "tap".utf8) || bytes.starts(with: "T".utf8))
  }

  /// The number that `digits` spell in base 36, or nil.
  private static func number(_ digits: ArraySlice<UInt8>) -> UInt32? {
    guard !digits.isEmpty, digits.count <= 7 else { return nil }
    var value: UInt64 = 0
    for digit in digits {
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        value = value * 36 + UInt64(digit - UInt8(ascii: "0"))
      case UInt8(ascii: "a")...UInt8(ascii: "z"):
        value = value * 36 + UInt64(digit - UInt8(ascii: "a")) + 10
      default: return nil
      }
    }
    return UInt32(exactly: value)
  }

  private static func base36(_ number: UInt32) -> [UInt8] {
    var digits: [UInt8] = []
    var rest = number
    repeat {
      let digit = UInt8(rest % 36)
      digits.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
      rest /= 36
    } while rest > 0
    return digits.reversed()
  }
}
