internal import CLinux
internal import CLinuxHost
internal import LinuxNetworking
public import LinuxTypes

/// A program that we started and will wait for.
public struct ChildProcess: ~Copyable {
  /// How it ended.
  public struct Ending: Sendable {
    /// The exit status, or nil if a signal ended it.
    public let status: Int32?
    /// What it wrote on standard output.
    public let standardOutput: [UInt8]
    /// What it wrote on standard error, not over 64 KiB.
    public let standardError: String
    /// Whether it ended with status 0.
    public var isSuccess: Bool { status == 0 }
  }

  /// Its number.
  public let process: Int32
  private let standardOutput: FileDescriptor
  private let standardError: FileDescriptor

  /// Starts the program at `path` with `arguments` (its own name first) and the bytes of `input` on
  /// its standard input.
  ///
  /// Its environment is PATH and LC_ALL=C alone. It has no descriptor of ours but copies of `kept`.
  /// Its standard output and error are kept in memory; so it can neither block on us nor see half
  /// of its input if we are killed.
  public static func start(
    _ path: FilePath, _ arguments: [String], input: [UInt8] = [], keeping kept: [Int32] = []
  ) throws(FileError) -> ChildProcess {
    do throws(Errno) {
      let standardInput = try memoryFile()
      let standardError = try memoryFile()
      let standardOutput = try memoryFile()
      if !input.isEmpty {
        try standardInput.write(input)
        _ = try value(clinux_seek(standardInput.rawValue, 0))
      }
      let environment = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"]
      let words = arguments.map { Array($0.utf8) }
      let process = unsafe CStringList.lend(words) { arguments in
        unsafe CStringList.lend(environment.map { Array($0.utf8) }) { environment in
          // SAFETY: both lists end with NULL and, like the path, outlive the call, which copies
          // what it needs.
          unsafe path.withCString {
            unsafe clinux_spawn(
              $0, arguments, environment, standardInput.rawValue, standardOutput.rawValue,
              standardError.rawValue, kept, kept.count)
          }
        }
      }
      return ChildProcess(
        process: try value(process), standardOutput: standardOutput, standardError: standardError)
    } catch { throw FileError("run", path, error) }
  }

  /// Waits until it ends.
  public consuming func wait() throws(Errno) -> Ending {
    let process = process
    let result = try retrying { clinux_wait(process) }
    return Ending(
      status: result < 256 ? result : nil,
      standardOutput: try Self.contents(standardOutput, maximum: .max),
      standardError: String(
        decoding: try Self.contents(standardError, maximum: 65536), as: UTF8.self))
  }

  /// What was written to a file in memory, from its beginning, as far as `maximum` bytes.
  private static func contents(
    _ file: borrowing FileDescriptor, maximum: Int
  ) throws(Errno) -> [UInt8] {
    _ = try value(clinux_seek(file.rawValue, 0))
    let descriptor = file.rawValue
    var bytes: [UInt8] = []
    while bytes.count < maximum {
      var chunk = [UInt8](repeating: 0, count: min(maximum - bytes.count, 65536))
      let count = try retrying {
        unsafe chunk.withUnsafeMutableBytes {
          // SAFETY: pointer and size are of one buffer.
          unsafe clinux_read(descriptor, $0.baseAddress, $0.count)
        }
      }
      if count == 0 { break }
      bytes += chunk[..<count]
    }
    return bytes
  }

  private init(
    process: Int32, standardOutput: consuming FileDescriptor,
    standardError: consuming FileDescriptor
  ) {
    self.process = process
    self.standardOutput = standardOutput
    self.standardError = standardError
  }

  private static func memoryFile() throws(Errno) -> FileDescriptor {
    // SAFETY: the name is a constant.
    FileDescriptor(owning: try value(unsafe clinux_memory_file("tapster")))
  }
}
