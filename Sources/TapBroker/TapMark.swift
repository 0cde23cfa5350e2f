public import LinuxTypes

/// What the alias of a tap of ours says: whose it is, since when, and by which rule.
///
/// `tapster uid=1001 since=1795281234 rule=/etc/tapster/acl.conf:8`, for administrators (`ip link
/// show`) and `tapster tap-list`. Who holds a tap cannot change it: that takes CAP_NET_ADMIN.
public struct TapMark: Equatable, Sendable {
  /// The longest alias, in bytes (IFALIASZ less the NUL, `<linux/if.h>`).
  public static let maximumLength = 255

  /// Whom the tap was made for.
  public let user: UserID
  /// When it was made: seconds since 1970, 0 for any time that does not fit in 32 bits.
  public let since: UInt32
  /// `file:line` of the rule that allowed it, fit for a terminal; empty if it was too long.
  public let rule: [UInt8]

  /// Notes who has a tap since when and why.
  public init(user: UserID, since: Int64, rule: String) {
    self.user = user
    self.since = UInt32(exactly: since) ?? 0
    self.rule = Array(rule.utf8)
  }

  /// Reads an alias; nil if it is none of ours.
  public init?(_ alias: [UInt8]) {
    let words = alias.split(separator: UInt8(ascii: " "), maxSplits: 3)
    guard words.count >= 3, words[0].elementsEqual("tapster".utf8),
      let user = Self.value(words[1], of: "uid=").flatMap({ DecimalNumber.parse($0) })
        .flatMap({ UserID($0) }),
      let since = Self.value(words[2], of: "since=").flatMap({ DecimalNumber.parse($0) })
    else { return nil }
    self.user = user
    self.since = since
    let rule = words.count < 4 ? [] : Self.value(words[3], of: "rule=") ?? []
    // What we write is printable; anything else is not repeated.
    self.rule = rule.allSatisfy { (0x20...0x7E).contains($0) } ? Array(rule) : []
  }

  /// The alias. The rule is left out where there is no room for it.
  public var alias: [UInt8] {
    let owner = "tapster uid=\(user.rawValue) since=\(since)"
    let whole = Array("\(owner) rule=".utf8) + rule
    return whole.count <= Self.maximumLength ? whole : Array(owner.utf8)
  }

  private static func value(_ word: ArraySlice<UInt8>, of key: StaticText) -> ArraySlice<UInt8>? {
    let key = key.text.utf8
    return word.starts(with: key) ? word.dropFirst(key.count) : nil
  }
}
