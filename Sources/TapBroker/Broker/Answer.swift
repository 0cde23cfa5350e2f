/// How a request ended, and the words for it.
///
/// It is what the helper's caller gets as exit status and text, and what the broker's client gets
/// as one message: the status as a byte, then the text.
public struct Answer: Sendable {
  /// How it ended.
  public let status: ExitStatus
  /// For standard output if `status` is success, else for standard error.
  public let text: String

  /// How many bytes of text a message holds.
  public static let maximumText = 16384
  /// How long a message is at most, in bytes.
  public static let maximumMessage = 1 + maximumText

  /// An answer of its parts.
  public init(_ status: ExitStatus, _ text: String) {
    self.status = status
    self.text = text
  }

  /// What a refused caller is told.
  public init(_ refusal: Refusal) { self.init(refusal.status, refusal.message) }

  /// The broker's message. Text that is too long for it (a rule of a whole page) ends early.
  public var message: [UInt8] {
    [UInt8(truncatingIfNeeded: status.rawValue)] + text.utf8.prefix(Self.maximumText)
  }

  /// What the broker's message says; nil for what is none.
  ///
  /// The text is for a terminal: bytes that are neither printable ASCII nor the end of a line, of
  /// which the broker sends none, become question marks.
  public init?(message: [UInt8]) {
    guard let first = message.first, message.count <= Self.maximumMessage,
      let status = ExitStatus(rawValue: Int32(first))
    else { return nil }
    let text = message.dropFirst().map { byte in
      byte == UInt8(ascii: "\n") || (0x20...0x7E).contains(byte) ? byte : UInt8(ascii: "?")
    }
    self.init(status, String(decoding: text, as: UTF8.self))
  }
}
