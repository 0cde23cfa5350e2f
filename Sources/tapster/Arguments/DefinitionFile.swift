internal import LinuxHost
internal import LinuxTypes

/// A file with XML that the command line names.
enum DefinitionFile {
  /// Its bytes; it may be a pipe. At most 10 MiB, as for virsh.
  static func read(_ name: String) throws(Failure) -> [UInt8] {
    guard let path = FilePath(Array(name.utf8)) else {
      throw Failure(["Failed to open file '\(name)': \(Errno.nameTooLong)"])
    }
    do throws(FileError) { return try File.readStream(path, maximumSize: 10 << 20) } catch {
      throw Failure(["Failed to \(error.operation.text) file '\(name)': \(error.errno)"])
    }
  }
}
