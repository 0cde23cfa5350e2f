/// The path of a file: bytes, as the kernel takes them (`man 7 path_resolution`).
public struct FilePath: Equatable, Hashable, Sendable {
  /// The bytes of the path, 1 to 4095, none of them NUL.
  public let bytes: [UInt8]

  /// Takes `bytes` as a path, or returns nil if it is empty, has a NUL or is longer than `PATH_MAX`
  /// allows.
  public init?(_ bytes: some Collection<UInt8>) {
    guard !bytes.isEmpty, bytes.count < 4096, !bytes.contains(0) else { return nil }
    self.bytes = Array(bytes)
  }

  /// Takes the UTF-8 of `text` as a path.
  public init(_ text: StaticString) {
    // SAFETY: a static string's UTF-8 lives as long as the program and is `utf8CodeUnitCount` bytes
    // long.
    bytes = unsafe Array(
      UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Whether the path starts at the root directory.
  public var isAbsolute: Bool { bytes[0] == UInt8(ascii: "/") }

  /// The path that `other` means in a file at this path: itself if absolute, else beside this file.
  public func resolving(_ other: FilePath) -> FilePath? {
    if other.isAbsolute { return other }
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return other }
    return FilePath(bytes[...slash] + other.bytes)
  }
}

extension FilePath: CustomStringConvertible {
  /// The path for people, escaped by ``PrintableText``.
  public var description: String { PrintableText.escape(bytes) }
}
