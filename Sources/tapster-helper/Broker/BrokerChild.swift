internal import CLinux
internal import LinuxNetworking
internal import LinuxTypes
internal import TapBroker

/// A child of the broker, before it does what every helper does: phase 0, up to the point where one
/// that its client had started would be.
struct BrokerChild: ~Copyable {
  /// Over which the client comes.
  let channel: FileDescriptor
  /// The numbers that are nobody's in the broker's user namespace.
  let unmapped: UnmappedIDs

  /// Waits for the client: the connection to him is open until the process ends. Nil if none is to
  /// come, as the broker has gone.
  func awaitClient() -> MessageSocket? {
    do throws(Errno) {
      _ = try value(clinux_unblock_signals())
      var descriptors = DescriptorList()
      _ = try descriptors.receive(from: channel.rawValue, maximumSize: 1, waiting: true)
      guard let connection = descriptors.takeLast() else { return nil }
      // Before all else. Once the process is the client's in the kernel's eyes, he may stop it.
      _ = try value(clinux_end_after(Int32(Admission.patience)))
      return MessageSocket(connection.release())
    } catch { return nil }
  }

  /// Puts the process in the place of its client, and returns what he asks for.
  func enter(for connection: MessageSocket) throws(Refusal) -> [[UInt8]] {
    let client: Credentials
    do throws(Errno) { client = try connection.peerCredentials() } catch {
      throw Refusal(.failure, "cannot learn who asks: \(error.description)")
    }
    guard !unmapped.isAmong(client) else {
      throw Refusal(
        .notPermitted, "the broker's user namespace does not know who asks",
        advice: "ask from inside the container that the broker runs in")
    }
    let groups = client.groups.dropFirst().map { $0.rawValue }
    do throws(Errno) {
      // SAFETY: the array has as many groups as the call is told.
      _ = try value(
        unsafe clinux_take_place_of(
          client.user.rawValue, client.groups[0].rawValue, groups, groups.count))
    } catch { throw Refusal(.failure, "cannot act for who asks: \(error.description)") }
    guard try Reduction.realCredentials() == client else {
      throw Refusal(.failure, "did not become who asks")
    }
    return try request(over: connection)
  }

  private func request(over connection: MessageSocket) throws(Refusal) -> [[UInt8]] {
    let message: [UInt8]?
    do throws(Errno) {
      message = try connection.receive(maximumSize: BrokerRequest.maximumSize)
    } catch { throw Refusal(.failure, "cannot read the request: \(error.description)") }
    guard let message else {
      throw Refusal(.usage, "the request is longer than \(BrokerRequest.maximumSize) bytes")
    }
    do throws(HelperCommand.UsageError) { return try BrokerRequest.arguments(message) } catch {
      throw Refusal(.usage, error.text)
    }
  }
}
