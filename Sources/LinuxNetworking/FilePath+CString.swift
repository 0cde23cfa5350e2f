public import LinuxTypes

extension FilePath {
  /// Lends the path to `body` as C wants it: NUL-terminated, for the time of the call.
  ///
  /// SAFETY: `body` does not keep the pointer.
  @unsafe public func withCString(_ body: (UnsafePointer<CChar>?) -> Int32) -> Int32 {
    let terminated = bytes + [0]
    return unsafe terminated.withUnsafeBytes { bytes in
      unsafe body(bytes.baseAddress?.assumingMemoryBound(to: CChar.self))
    }
  }
}
