internal import CLinux
internal import CLinuxHost
internal import LinuxNetworking
internal import LinuxTypes

/// A process that holds a lock of `man 2 flock`.
public struct LockHolder: Equatable, Sendable {
  /// Its number.
  public let process: Int32
  /// Its arguments, its own name first; empty if they cannot be read.
  public let arguments: [String]

  /// Who holds the lock of an open file: the process that took it if it is still there, or else one
  /// that has it from that. nil if it is none that can be seen from here.
  ///
  /// Each process's open files are asked about (`man 5 proc_pid_fdinfo`), since the kernel's list
  /// of locks knows only who took them.
  static func find(_ file: borrowing FileDescriptor) -> LockHolder? {
    var status = stat()
    // SAFETY: the kernel writes one struct stat.
    guard unsafe clinux_fstat(file.rawValue, &status) >= 0 else { return nil }
    let (device, inode) = (UInt64(status.st_dev), UInt64(status.st_ino))
    var holder: Int32?
    for process in (try? ProcessHandle.all()) ?? [] {
      guard let taker = taker(device, inode, in: process) else { continue }
      holder = process == taker ? process : holder ?? process
      if process == taker { break }
    }
    return holder.map {
      // A NUL ends the last, too.
      LockHolder(process: $0, arguments: ProcessHandle.arguments(of: $0).filter { !$0.isEmpty })
    }
  }

  /// The process that took the lock of a file, if `process` has it.
  private static func taker(_ device: UInt64, _ inode: UInt64, in process: Int32) -> Int32? {
    guard let directory = FilePath(Array("/proc/\(process)/fdinfo".utf8)) else { return nil }
    for name in (try? Directory.names(directory)) ?? [] {
      guard let bytes = try? File.readStream(directory.appending(name), maximumSize: 1 << 20) else {
        continue
      }
      for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
        // `lock: 1: FLOCK ADVISORY WRITE 4711 00:1a:5678 0 EOF`
        let words = line.split { $0 == " " || $0 == "\t" }
        guard words.count > 6, words[0] == "lock:", words[2] == "FLOCK",
          let taker = Int32(words[5]), isFile(words[6], device, inode)
        else { continue }
        return taker
      }
    }
    return nil
  }

  /// Whether `00:1a:5678` is a file: major and minor number of the device, as makedev(3) puts them
  /// together, and inode.
  private static func isFile(_ text: Substring, _ device: UInt64, _ inode: UInt64) -> Bool {
    let parts = text.split(separator: ":")
    guard parts.count == 3, let major = UInt64(parts[0], radix: 16),
      let minor = UInt64(parts[1], radix: 16), UInt64(parts[2]) == inode
    else { return false }
    return device == (minor & 0xFF) | (major & 0xFFF) << 8 | (minor & ~0xFF) << 12
      | (major & ~0xFFF) << 32
  }
}
