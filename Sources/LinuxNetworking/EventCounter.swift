internal import CLinux
public import LinuxTypes

/// A number that processes of one program add to and take: eventfd(2). Readable while it is not 0.
///
/// Unlike a socket's or a pipe's, its reader is woken on a processor of his own where one is free:
/// the kernel takes whoever writes to those for one who is about to sleep.
public struct EventCounter: ~Copyable {
  /// The descriptor.
  public let descriptor: FileDescriptor

  /// One at 0.
  public init() throws(Errno) { descriptor = FileDescriptor(owning: try value(clinux_counter())) }

  /// Adds `number`, which is below 2^64 - 1. Throws EAGAIN if the sum would not be.
  public borrowing func add(_ number: UInt64) throws(Errno) {
    _ = try value(clinux_counter_add(descriptor.rawValue, number))
  }

  /// Takes the whole of it; nil if that is 0.
  public borrowing func take() -> UInt64? {
    let number = clinux_counter_take(descriptor.rawValue)
    return number == 0 ? nil : number
  }
}
