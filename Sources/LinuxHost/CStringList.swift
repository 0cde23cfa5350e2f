/// Words as C takes them: NUL-terminated strings, and NULL after the last.
enum CStringList {
  /// Lends `words`, none of which has a NUL in it, for a call of `body`.
  static func lend<Result>(
    _ words: [[UInt8]], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
  ) -> Result {
    var bytes: [CChar] = []
    var starts: [Int] = []
    for word in words {
      starts.append(bytes.count)
      bytes += word.map { CChar(bitPattern: $0) } + [0]
    }
    // SAFETY: every pointer leads into `bytes`, which outlives the call of `body` and is not
    // resized during it.
    return unsafe bytes.withUnsafeMutableBufferPointer { buffer in
      var list = unsafe starts.map { start in unsafe buffer.baseAddress.map { unsafe $0 + start } }
      unsafe list.append(nil)
      return unsafe list.withUnsafeBufferPointer { pointers in
        guard let start = pointers.baseAddress else { preconditionFailure("an empty list") }
        return unsafe body(start)
      }
    }
  }
}
