internal import CLinux

/// The arguments that a process was started with.
public enum ProcessArguments {
  /// The bytes of each argument after the program's name.
  ///
  /// SAFETY: `arguments` points to `count` NUL-terminated strings, as `execve` leaves them to
  /// `main`.
  @unsafe public static func copy(
    _ count: Int32, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  ) -> [[UInt8]] {
    var words: [[UInt8]] = []
    var position = 1
    while position < Int(count), let word = unsafe arguments[position] {
      words.append(
        unsafe Array(UnsafeRawBufferPointer(start: word, count: strlen(word))))
      position += 1
    }
    return words
  }
}
