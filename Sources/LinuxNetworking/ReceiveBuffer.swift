/// Room for what a socket brings, used again for each message: a buffer of its own for each would
/// cost more than the message.
///
/// Public, as is how it is laid out, for the modules that have a socket with such a buffer: they
/// end it (Embedded Swift).
@frozen
@safe
public struct ReceiveBuffer: ~Copyable {
  /// The bytes; what they hold is left from the last message.
  let bytes: UnsafeMutableRawBufferPointer

  /// Room for `size` bytes.
  init(size: Int) {
    unsafe bytes = .allocate(byteCount: size, alignment: MemoryLayout<UInt64>.alignment)
  }

  deinit { unsafe bytes.deallocate() }

  /// A copy of the first `count` bytes, which a call has filled in; nil if there is no room for as
  /// many, so that the message was cut.
  borrowing func first(_ count: Int) -> [UInt8]? {
    guard unsafe count <= bytes.count else { return nil }
    // SAFETY: as many bytes are there, and initialised by the call that counted them.
    return unsafe Array(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
  }
}
