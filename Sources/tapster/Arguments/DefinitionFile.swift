internal import LinuxHost
internal import LinuxTypes

/// A file with XML that the command line names.
enum DefinitionFile {
  /// Its bytes; it may be a pipe. At most 10 MiB, as for virsh.
  ///
  /// For a user whom we serve it is what he gave us open, whatever the name.
  static func read(_ name: String) throws(Failure) -> [UInt8] {
    if ServedUser.isThere { return try ServedUser.given(name) }
    let path = try path(name)
    do throws(FileError) { return try File.readStream(path, maximumSize: 10 << 20) } catch {
      throw failure(name, error)
    }
  }

  /// The file, open for another program.
  static func open(_ name: String) throws(Failure) -> InputFile {
    let path = try path(name)
    do throws(FileError) { return try InputFile(opening: path) } catch {
      throw failure(name, error)
    }
  }

  private static func path(_ name: String) throws(Failure) -> FilePath {
    guard let path = FilePath(Array(name.utf8)) else {
      throw Failure(["Failed to open file '\(name)': \(Errno.nameTooLong)"])
    }
    return path
  }

  private static func failure(_ name: String, _ error: FileError) -> Failure {
    Failure(["Failed to \(error.operation.text) file '\(name)': \(error.errno)"])
  }
}
