/// Plain decimal numbers, as every option and key of ours takes them.
public enum DecimalNumber {
  /// The number that `digits` spells, or nil.
  ///
  /// Only ASCII digits, no sign, no white space, no leading zero except in `0`, and no value above
  /// `maximum`: what `strtoul` would round, wrap or skip is refused.
  public static func parse(_ digits: some Collection<UInt8>, maximum: UInt32 = .max) -> UInt32? {
    guard let first = digits.first, digits.count <= 10 else { return nil }
    if first == UInt8(ascii: "0") && digits.count > 1 { return nil }
    var value: UInt64 = 0
    for digit in digits {
      guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
      value = value * 10 + UInt64(digit - UInt8(ascii: "0"))
    }
    guard value <= UInt64(maximum) else { return nil }
    return UInt32(value)
  }
}
