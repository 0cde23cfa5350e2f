internal import CLinux

/// Open file descriptors with one owner, in order: all closed when that owner is done with them.
public struct DescriptorList: ~Copyable {
  /// The numbers, valid only while this value lives.
  public private(set) var numbers: [Int32] = []

  /// None yet.
  public init() {}

  /// Takes over one more.
  public mutating func append(_ descriptor: consuming FileDescriptor) {
    numbers.append(descriptor.release())
  }

  /// Gives the last one away; nil if there is none.
  public mutating func takeLast() -> FileDescriptor? {
    numbers.popLast().map { FileDescriptor(owning: $0) }
  }

  deinit {
    for number in numbers { _ = clinux_close(number) }
  }
}
