public import LinuxTypes

/// The value of a shim of `CLinux`, or its error thrown: every shim returns a value or `-errno`.
@inline(__always)
public func value<Integer: FixedWidthInteger & SignedInteger>(_ result: Integer) throws(Errno)
  -> Integer
{
  guard result >= 0 else { throw Errno(Int32(truncatingIfNeeded: -result)) }
  return result
}

/// As ``value(_:)``, and the call is made again as long as a signal interrupts it (`man 7 signal`).
@inline(__always)
public func retrying<Integer: FixedWidthInteger & SignedInteger>(_ call: () -> Integer)
  throws(Errno) -> Integer
{
  while true {
    do throws(Errno) { return try value(call()) } catch {
      if error != .interrupted { throw error }
    }
  }
}
