public import LinuxTypes

/// What the broker is asked in: one message of the helper's arguments, a NUL behind each.
public enum BrokerRequest {
  /// Where the broker listens.
  public static let path = FilePath("/run/tapster/broker.sock")
  /// How long a message is at most, in bytes.
  public static let maximumSize = 4096

  /// The message that asks for what `arguments` say, without `--fd`: the answer comes back over the
  /// connection. Nil if it would be too long.
  public static func message(_ arguments: [[UInt8]]) -> [UInt8]? {
    var message: [UInt8] = []
    for argument in arguments where !argument.starts(with: "--fd=".utf8) {
      message += argument
      message.append(0)
    }
    return message.count <= maximumSize ? message : nil
  }

  /// The arguments in a message. Throws for one that does not end with a NUL.
  public static func arguments(_ message: [UInt8]) throws(HelperCommand.UsageError) -> [[UInt8]] {
    guard message.last == 0 else {
      throw HelperCommand.UsageError(text: "a request is arguments, each with a NUL byte behind it")
    }
    return message.dropLast().split(separator: 0, omittingEmptySubsequences: false)
      .map { Array($0) }
  }
}
