internal import CLinux
public import LinuxTypes

extension DescriptorList {
  /// Takes the next message off `socket`, which is AF_UNIX, and appends the descriptors that came
  /// with it (SCM_RIGHTS, `man 7 unix`), at most 253, close-on-exec. Returns the message's bytes,
  /// at most `maximumSize`; none at the end of the connection.
  ///
  /// With `waiting` it waits for one. Throws EAGAIN if there is none, EMSGSIZE if it is longer or
  /// descriptors were cut off: what came of them is appended all the same.
  public mutating func receive(
    from socket: Int32, maximumSize: Int, waiting: Bool
  ) throws(Errno) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: maximumSize)
    var numbers = [Int32](repeating: -1, count: CLINUX_MAXIMUM_PASSED)
    var count = 0
    var result = -Int(EINTR)
    while result == -Int(EINTR) {
      // SAFETY: the first array has the size that the call is told, the second the room that it
      // wants; it fills in as much of it as it says.
      result = unsafe clinux_receive_descriptors(
        socket, &bytes, maximumSize, &numbers, &count, waiting ? 1 : 0)
    }
    for number in numbers[..<count] { append(FileDescriptor(owning: number)) }
    return Array(bytes[..<(try value(result))])
  }
}
