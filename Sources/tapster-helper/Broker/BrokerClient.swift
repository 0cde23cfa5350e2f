internal import LinuxNetworking
internal import LinuxTypes
internal import TapBroker

/// What a helper without privilege can do: have the broker do it.
///
/// It is a program of its caller's like any other here, and hands on what the broker answers.
enum BrokerClient {
  /// How long the broker may take, milliseconds: longer than it lets anybody wait.
  private static let patience: Int32 = 30_000

  /// Asks the broker for what `words` say, passes the descriptors that it sends on to `recipient`,
  /// and returns what it says; nil if nobody listens.
  static func ask(_ words: [[UInt8]], handingOverTo recipient: HandOverSocket?) throws(Refusal)
    -> Answer?
  {
    let path = BrokerRequest.path
    let connection: FileDescriptor
    do throws(Errno) {
      connection = try MessageSocket.connect(to: path, patience: patience)
    } catch {
      switch error {
      case .noSuchFile, .notDirectory, .connectionRefused, .accessDenied: return nil
      default:
        throw Refusal(
          .failure, "cannot reach the broker at \(path.description): \(error.description)")
      }
    }
    let broker = MessageSocket(connection.rawValue)
    try checkIsRoot(broker)

    guard let request = BrokerRequest.message(words) else {
      throw Refusal(
        .usage,
        "the arguments are longer than the \(BrokerRequest.maximumSize) bytes that the "
          + "broker takes")
    }
    var descriptors = DescriptorList()
    let message: [UInt8]
    do throws(Errno) {
      try broker.send(request)
      message = try descriptors.receive(
        from: broker.number, maximumSize: Answer.maximumMessage, waiting: true)
    } catch {
      throw Refusal(.failure, "the broker did not answer: \(error.description)")
    }
    guard let answer = Answer(message: message) else {
      throw Refusal(
        .failure,
        message.isEmpty ? "the broker ended without an answer" : "the broker said nonsense",
        advice: "an administrator can look at: journalctl -t tapster-helper")
    }
    guard let recipient, answer.status == .success else { return answer }
    guard !descriptors.numbers.isEmpty else {
      throw Refusal(.failure, "the broker sent no tap")
    }
    do throws(Errno) { try recipient.send(descriptors.numbers) } catch {
      throw HandOver.refusal(recipient, error)
    }
    return answer
  }

  /// Throws unless whoever listens is root: what else he hands over is his network, not the host's.
  ///
  /// In a user namespace that does not know the host's root, he has the number that stands for all
  /// whom it does not know. Then it is enough that the file is where only root of the host, or
  /// whoever made the namespace, can put one.
  private static func checkIsRoot(_ broker: MessageSocket) throws(Refusal) {
    let user: UInt32
    do throws(Errno) { user = try broker.peerUser() } catch {
      throw Refusal(.failure, "cannot learn who the broker is: \(error.description)")
    }
    if user == 0 { return }
    guard user == (try UnmappedIDs.read().user) else {
      throw Refusal(
        .failure, "uid \(user) listens at \(BrokerRequest.path.description), not root",
        advice: "an administrator can find out who put that socket there")
    }
  }
}
