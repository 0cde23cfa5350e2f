internal import Foundation
internal import Glibc

/// The lines that come out of a pipe or a terminal, as they come.
public final class LineStream {
  private let source: OpenDescriptor
  private var bytes: [UInt8] = []
  private var consumed = 0

  /// Reads `source`, which becomes non-blocking.
  public init(reading source: OpenDescriptor) throws(SystemCallFailure) {
    try source.makeNonBlocking()
    self.source = source
  }

  /// All that has come so far.
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Waits for a line that `matches`; returns it and those before it that no earlier call returned.
  ///
  /// Lines have no white space at their ends. Nil if the stream ended or `timeout` passed first.
  public func lines(
    within timeout: Duration, upTo matches: (String) -> Bool
  ) throws(SystemCallFailure) -> (before: [String], last: String)? {
    let deadline = Deadline(after: timeout)
    var before: [String] = []
    var isOpen = true
    while true {
      while let end = bytes[consumed...].firstIndex(of: UInt8(ascii: "\n")) {
        let line = String(decoding: bytes[consumed..<end], as: UTF8.self)
          .trimmingCharacters(in: .whitespacesAndNewlines)
        consumed = end + 1
        if matches(line) { return (before, line) }
        before.append(line)
      }
      guard isOpen, try deadline.awaitReadable(source.rawValue) else { return nil }
      isOpen = try readAvailable(source.rawValue, into: &bytes)
    }
  }

  /// Waits for `words`, at whatever place of a line; returns all up to their end that no earlier
  /// call returned. Nil if the stream ended or `timeout` passed first.
  public func text(
    within timeout: Duration, upTo words: String
  ) throws(SystemCallFailure) -> String? {
    let deadline = Deadline(after: timeout)
    let wanted = Array(words.utf8)
    var isOpen = true
    while true {
      if let found = bytes[consumed...].firstRange(of: wanted) {
        defer { consumed = found.upperBound }
        return String(decoding: bytes[consumed..<found.upperBound], as: UTF8.self)
      }
      guard isOpen, try deadline.awaitReadable(source.rawValue) else { return nil }
      isOpen = try readAvailable(source.rawValue, into: &bytes)
    }
  }

  /// Takes what is there until the stream's end or `timeout`; all that ever came.
  public func drain(within timeout: Duration) throws(SystemCallFailure) -> String {
    _ = try lines(within: timeout) { _ in false }
    return text
  }
}
