internal import CLinux
internal import LinuxNetworking
public import LinuxTypes

/// Standard input: descriptor 0.
public enum StandardInput {
  /// All bytes of it. Throws if there are more than `maximumSize`.
  ///
  /// The descriptor itself is read, and no path that leads to it: who opens `/dev/stdin` opens the
  /// file anew, with rights that the descriptor's owner may not have had.
  public static func read(maximumSize: Int) throws(Errno) -> [UInt8] {
    try DescriptorContents.read(0, maximumSize: maximumSize)
  }
}

/// A file opened for a program that is to read it as its standard input: with our rights, which may
/// be less than the program's.
public final class InputFile {
  private let file: FileDescriptor

  /// Opens the file at `path`, which may be a pipe too. Throws, with the operation `open`, if it
  /// may not be read.
  public init(opening path: FilePath) throws(FileError) {
    do throws(Errno) { file = try FileDescriptor.open(path, flags: O_RDONLY) } catch {
      throw FileError("open", path, error)
    }
  }

  var descriptor: Int32 { file.rawValue }
}
