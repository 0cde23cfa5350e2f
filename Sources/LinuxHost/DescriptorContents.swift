internal import CLinux
internal import LinuxNetworking
internal import LinuxTypes

/// What can be read from an open descriptor: a file, a pipe, a terminal.
enum DescriptorContents {
  /// All bytes to the end. Throws if there are more than `maximumSize`.
  static func read(_ descriptor: Int32, maximumSize: Int) throws(Errno) -> [UInt8] {
    var contents: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = try retrying {
        unsafe chunk.withUnsafeMutableBytes {
          // SAFETY: pointer and size are of one buffer.
          unsafe clinux_read(descriptor, $0.baseAddress, $0.count)
        }
      }
      if count == 0 { return contents }
      contents += chunk[..<count]
      if contents.count > maximumSize { throw Errno(EFBIG) }
    }
  }
}
