extension UUID {
  /// The UUID that always comes out for the same bytes: of version 8 (RFC 9562), from their FNV-1a
  /// hash of 128 bits.
  public init(derivedFrom bytes: some Sequence<UInt8>) {
    var hash = UInt128(0x6C62_272E_07BB_0142) << 64 | 0x62B8_2175_6295_C58D
    let prime = UInt128(1) << 88 | 0x13B
    for byte in bytes { hash = (hash ^ UInt128(byte)) &* prime }
    var result: [UInt8] = (0..<16).map { UInt8(truncatingIfNeeded: hash >> (120 - 8 * $0)) }
    result[6] = result[6] & 0x0F | 0x80
    result[8] = result[8] & 0x3F | 0x80
    self.init(checked: result)
  }
}
