internal import CLinux
internal import CLinuxHost
internal import LinuxNetworking
public import LinuxTypes

/// Where a file lies, for whom that matters.
extension File {
  /// How many symbolic links the kernel follows on the way to one file (`man 7 path_resolution`).
  private static let maximumLinks = 40

  /// The directories that are looked into on the way to the file at `path`, an absolute one, in the
  /// order in which they are: the root first, those of symbolic links and of what they lead to as
  /// well. None of the paths has a link in it.
  public static func directories(leadingTo path: FilePath) -> [FilePath] {
    var directories: [FilePath] = []
    var links = 0
    var current: [ArraySlice<UInt8>] = []
    var names = Array(components(of: path).reversed())
    while let name = names.popLast() {
      if name.elementsEqual(".".utf8) { continue }
      if name.elementsEqual("..".utf8) {
        _ = current.popLast()
        continue
      }
      guard let directory = joined(current), let next = joined(current + [name]) else { break }
      if !directories.contains(directory) { directories.append(directory) }
      guard let target = target(of: next) else {
        current.append(name)
        continue
      }
      links += 1
      if links > maximumLinks { break }
      if target.isAbsolute { current = [] }
      names += components(of: target).reversed()
    }
    return directories
  }

  /// How many names the file at `path` has, links followed: its hard links (`man 7 inode`).
  public static func linkCount(_ path: FilePath) throws(FileError) -> Int {
    var status = stat()
    // SAFETY: the path is NUL-terminated; the kernel writes one struct stat.
    let result = unsafe path.withCString { unsafe clinux_stat($0, &status) }
    do throws(Errno) { _ = try value(result) } catch { throw FileError("look at", path, error) }
    return Int(status.st_nlink)
  }

  private static func components(of path: FilePath) -> [ArraySlice<UInt8>] {
    path.bytes.split(separator: UInt8(ascii: "/"))
  }

  /// The absolute path of these components.
  private static func joined(_ components: [ArraySlice<UInt8>]) -> FilePath? {
    FilePath([UInt8(ascii: "/")] + Array(components.joined(separator: "/".utf8)))
  }

  /// What the symbolic link at `path` says; nil if it is none, or cannot be read.
  private static func target(of path: FilePath) -> FilePath? {
    // One more than the longest path: one that is cut is none.
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
      // SAFETY: the path is NUL-terminated; the call writes no more than the size that it is told,
      // and says how much.
      let length = unsafe path.withCString {
        unsafe clinux_read_link($0, buffer.baseAddress, buffer.count)
      }
      count = max(0, length)
    }
    return FilePath(bytes)
  }
}
