public import LinuxTypes

/// Something that the kernel refused to do with a file.
public struct FileError: Error, Sendable {
  /// What was tried, for people: "write", "create the directory".
  public let operation: StaticText
  /// With which file.
  public let path: FilePath
  /// The error number.
  public let errno: Errno

  /// Joins the three.
  public init(_ operation: StaticText, _ path: FilePath, _ errno: Errno) {
    self.operation = operation
    self.path = path
    self.errno = errno
  }
}

extension FileError: CustomStringConvertible {
  /// `cannot write '/run/x': No space left on device`
  public var description: String { "cannot \(operation.text) '\(path)': \(errno)" }
}
