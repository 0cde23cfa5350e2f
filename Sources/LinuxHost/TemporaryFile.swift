internal import CLinux
internal import CLinuxHost
internal import LinuxNetworking
public import LinuxTypes

/// Files for a while.
public enum TemporaryFile {
  /// Makes a file with `contents` that nobody else may read, in TMPDIR or else `/tmp`; its name
  /// ends with `suffix`. It stays until it is removed.
  public static func make(_ contents: [UInt8], suffix: StaticText) throws(FileError) -> FilePath {
    let directory = ThisProcess.environment("TMPDIR") ?? "/tmp"
    let template = Array("\(directory)/tapsterXXXXXX\(suffix.text)".utf8)
    guard let unnamed = FilePath(template) else {
      throw FileError("make a file in", FilePath("/tmp"), .nameTooLong)
    }
    var name = template.map { CChar(bitPattern: $0) } + [0]
    // SAFETY: the name is NUL-terminated, and the call changes six bytes of it.
    let number = unsafe name.withUnsafeMutableBufferPointer {
      unsafe clinux_temporary_file($0.baseAddress, Int32(suffix.text.utf8.count))
    }
    do throws(Errno) {
      let file = FileDescriptor(owning: try value(number))
      guard let path = FilePath(name.dropLast().map { UInt8(bitPattern: $0) }) else {
        throw Errno.nameTooLong
      }
      do throws(Errno) { try file.write(contents) } catch {
        _ = try? File.remove(path)
        throw error
      }
      return path
    } catch { throw FileError("make", unnamed, error) }
  }
}
