public import LinuxTypes

extension FilePath {
  /// The path of what is called `name` in the directory at this path.
  ///
  /// It is a programmer's error if `name` is empty or the result too long: names are checked where
  /// they come in.
  public func appending(_ name: String) -> FilePath {
    guard let path = FilePath(bytes + [UInt8(ascii: "/")] + Array(name.utf8)), !name.isEmpty else {
      preconditionFailure("a path that cannot be")
    }
    return path
  }

  /// The directory that the file at this path is in.
  public var parent: FilePath {
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")), slash > 0,
      let path = FilePath(bytes[..<slash])
    else { return FilePath("/") }
    return path
  }

  /// What the file is called in its directory.
  public var lastComponent: String {
    let start = bytes.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
    return String(decoding: bytes[start...], as: UTF8.self)
  }

  /// Lends the path as the C library takes it.
  func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    // SAFETY: a path has no NUL inside; this ends it with one, and the array outlives the call of
    // `body`.
    unsafe (bytes + [0]).withUnsafeBufferPointer { buffer in
      unsafe buffer.withMemoryRebound(to: CChar.self) { characters in
        guard let start = characters.baseAddress else { preconditionFailure("an empty path") }
        return unsafe body(start)
      }
    }
  }
}
