internal import CLinux
internal import CLinuxHost
internal import LinuxHost
internal import LinuxTypes
public import TapBroker

/// The broker's decision, for whoever cannot see what it goes by (`man 8 tapster-helper`).
public enum BrokerQuestion {
  /// What came of asking.
  public enum Outcome: Equatable, Sendable {
    /// There is no broker.
    case absent
    /// It does not answer.
    case silent
    /// It would grant the request: by which rule, and within what limits, a line each.
    case allowed([String])
    /// It would not.
    case refused(HelperRefusal)
  }

  /// How long it may take, in milliseconds.
  private static let patience: Int32 = 2000

  /// Whether the broker would grant `request` to whoever runs us; nothing is made.
  public static func ask(_ request: TapRequest) -> Outcome {
    guard File.exists(BrokerRequest.path) else { return .absent }
    let words =
      ["--check"] + TapClient.words(request) + (request.isPersistent ? ["--persist"] : [])
    guard let question = BrokerRequest.message(words.map { Array($0.utf8) }) else { return .silent }
    var reply = [UInt8](repeating: 0, count: Answer.maximumMessage)
    let terminated = (BrokerRequest.path.bytes + [0]).map { CChar(bitPattern: $0) }
    // SAFETY: the path is NUL-terminated, and the call is told the sizes of both buffers.
    let count = unsafe reply.withUnsafeMutableBytes { buffer in
      unsafe clinux_ask(
        terminated, question, question.count, buffer.baseAddress, buffer.count, patience)
    }
    guard count > 0, let answer = Answer(message: Array(reply.prefix(count))) else {
      return .silent
    }
    guard answer.status == .success else {
      return .refused(HelperRefusal(status: answer.status.rawValue, message: answer.text))
    }
    return .allowed(answer.text.split(separator: "\n").map { String($0) })
  }
}
