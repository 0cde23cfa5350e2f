internal import CLinux
internal import CLinuxHost
internal import LinuxNetworking
public import LinuxTypes

/// A running process, which no other process is mistaken for when it ends and its number is given
/// away (`man 2 pidfd_open`).
public struct ProcessHandle: ~Copyable {
  /// Its number.
  public let process: Int32
  private let descriptor: FileDescriptor

  /// The process with that number, if it runs and `isRight` says of its arguments that it is the
  /// one meant.
  ///
  /// The arguments are read after the handle is there, so they are those of the process that the
  /// handle is of.
  public static func find(_ process: Int32, where isRight: ([String]) -> Bool) -> ProcessHandle? {
    guard process > 1, let number = try? value(clinux_pidfd_open(process)) else { return nil }
    let handle = ProcessHandle(process: process, descriptor: FileDescriptor(owning: number))
    let isMeant = isRight(arguments(of: process)) && clinux_pidfd_signal(number, 0) >= 0
    if isMeant { return .some(handle) }
    return nil
  }

  private init(process: Int32, descriptor: consuming FileDescriptor) {
    self.process = process
    self.descriptor = descriptor
  }

  /// Sends a signal. That it has ended already is no error.
  public func signal(_ signal: Int32) { _ = clinux_pidfd_signal(descriptor.rawValue, signal) }

  /// Asks it to end.
  public func terminate() { signal(SIGTERM) }

  /// Asks it to read its files again, as daemons take SIGHUP.
  public func reload() { signal(SIGHUP) }

  /// Waits until it has ended; however long it takes, or not longer than `milliseconds`.
  public func awaitEnd(within milliseconds: Int32 = -1) throws(Errno) {
    let number = descriptor.rawValue
    _ = try retrying { clinux_poll_readable(number, milliseconds) }
  }

  /// Waits until it has ended; kills it if that takes longer than `milliseconds`.
  public func awaitEnd(killingAfter milliseconds: Int32) {
    if clinux_poll_readable(descriptor.rawValue, milliseconds) == 1 { return }
    signal(SIGKILL)
    _ = clinux_poll_readable(descriptor.rawValue, 10_000)
  }

  /// The arguments of a process, its own name first; empty if there is none or it is not a
  /// program's.
  public static func arguments(of process: Int32) -> [String] {
    guard let path = FilePath(Array("/proc/\(process)/cmdline".utf8)),
      let file = try? FileDescriptor.open(path, flags: O_RDONLY)
    else { return [] }
    var bytes: [UInt8] = []
    while bytes.count < 65536 {
      var chunk = [UInt8](repeating: 0, count: 4096)
      let count = unsafe chunk.withUnsafeMutableBytes {
        // SAFETY: pointer and size are of one buffer.
        unsafe clinux_read(file.rawValue, $0.baseAddress, $0.count)
      }
      if count <= 0 { break }
      bytes += chunk[..<count]
    }
    return bytes.split(separator: 0, omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
  }

  /// The number of the user who started a process, whatever it is a program of (`man 5
  /// proc_pid_status`, the first of `Uid`); nil if there is none.
  public static func realUser(of process: Int32) -> UInt32? {
    guard let path = FilePath(Array("/proc/\(process)/status".utf8)),
      let bytes = try? File.read(path)
    else { return nil }
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    where line.hasPrefix("Uid:") {
      return line.split(separator: "\t").dropFirst().first.flatMap { UInt32($0) }
    }
    return nil
  }

  /// Whether a process is in the network namespace that we are in (`man 7 network_namespaces`).
  public static func sharesOurNetwork(_ process: Int32) -> Bool {
    guard let theirs = networkNamespace("\(process)"), let ours = networkNamespace("self") else {
      return false
    }
    return theirs == ours
  }

  private static func networkNamespace(_ process: String) -> UInt64? {
    var status = stat()
    guard let path = FilePath(Array("/proc/\(process)/ns/net".utf8)),
      let file = try? FileDescriptor.open(path, flags: O_RDONLY),
      // SAFETY: the kernel writes one struct stat.
      unsafe clinux_fstat(file.rawValue, &status) >= 0
    else { return nil }
    return UInt64(status.st_ino)
  }

  /// The numbers of all processes.
  public static func all() throws(FileError) -> [Int32] {
    try Directory.names(FilePath("/proc")).compactMap { Int32($0) }.sorted()
  }
}
