internal import CLinux
public import LinuxTypes

/// The two ends of a pipe (`man 2 pipe`), each to be given to who needs it.
public struct Pipe: ~Copyable {
  private let reading: FileDescriptor
  private let writing: FileDescriptor

  /// An empty one.
  public init() throws(Errno) {
    var ends: [Int32] = [-1, -1]
    // SAFETY: the array has room for the two descriptors that are written.
    _ = try value(unsafe clinux_pipe(&ends))
    reading = FileDescriptor(owning: ends[0])
    writing = FileDescriptor(owning: ends[1])
  }

  /// Gives away the end that is read, and closes the other.
  public consuming func keepReading() -> FileDescriptor { reading }

  /// Gives away the end that is written to, and closes the other.
  public consuming func keepWriting() -> FileDescriptor { writing }
}
