internal import LinuxHost
internal import LinuxTypes
internal import NetworkModel

/// How many users of inotify one user may have at a time (`man 7 inotify`,
/// `fs.inotify.max_user_instances`): 128 as kernels come.
///
/// A dnsmasq is one, to learn of changes of `/etc/resolv.conf`, and all of them are root's; so some
/// hundred networks would use it up. It is a limit and nothing else, so it is raised where it would
/// be reached, and put back after the last network.
enum InotifyLimit {
  private static let limit = FilePath("/proc/sys/fs/inotify/max_user_instances")
  private static var note: FilePath { Places.runtime.appending("inotify-instances") }
  /// What other programs of root's may need.
  private static let others = 64

  /// Raises it for `count` networks more. Needs the lock of ``SharedState``.
  static func raise(for count: Int) throws(EngineError) {
    let wanted = try ActiveNetworks.names().count + count + others
    // Files of /proc have no size to read them by.
    let bytes = try files { () throws(FileError) in
      File.exists(limit) ? try File.readStream(limit, maximumSize: 64) : []
    }
    guard let now = Int(words(bytes)), now < wanted else { return }
    try files { () throws(FileError) in
      if !File.exists(note) { try File.replace(note, with: Array("\(now)\n".utf8)) }
      try File.write(Array("\(wanted + others)\n".utf8), into: limit)
    }
  }

  /// Puts it back if there is no network but `name`. Needs the lock of ``SharedState``.
  static func putBack(after name: NetworkName) throws(EngineError) {
    guard let before = try files({ () throws(FileError) in try File.read(note) }),
      try !SharedState.isAnother(than: name, { _ in true })
    else { return }
    try files { () throws(FileError) in
      try File.write(before, into: limit)
      try File.remove(note)
    }
  }

  private static func words(_ bytes: [UInt8]) -> String {
    String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
  }
}
