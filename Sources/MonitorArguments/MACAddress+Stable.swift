public import LinuxTypes

extension MACAddress {
  /// The address of a virtual machine's card that always comes out for the same user, the same name
  /// and the same number of the card, 0 for the first.
  ///
  /// `52:54:00`, which virtual machines use, and 24 bits of the FNV-1a hash of the three. Of 4800
  /// cards on one network two have the same address with a probability of one half, of 100 with
  /// 0.0003.
  public static func stable(for name: String, of user: UserID, card: Int) -> MACAddress {
    let prime: UInt64 = 0x100_0000_01B3
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in Array("\(user.rawValue)/\(card)/".utf8) + Array(name.utf8) {
      hash = (hash ^ UInt64(byte)) &* prime
    }
    // The hash's authors: fold it, so that all of it counts.
    let folded = hash ^ hash >> 24 ^ hash >> 48
    return ofGuest([folded >> 16, folded >> 8, folded].map { UInt8(truncatingIfNeeded: $0) })
  }

  /// `52:54:00` and three bytes.
  public static func ofGuest(_ bytes: [UInt8]) -> MACAddress {
    guard let address = MACAddress(bytes: [0x52, 0x54, 0x00] + bytes) else {
      preconditionFailure("three bytes")
    }
    return address
  }
}
